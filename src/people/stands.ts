/**
 * SQL of who somebody is part of now, from a relation of facts; people who are part of nobody are not in it. A person becomes
 * part of another once, and that one may have become part of a third.
 */
export const standsSql = (facts: string): string =>
  `with recursive merged as (select person, cast(value as uuid) as into_person from ${facts} where fact = 'merge'), ` +
  `steps as (select person, into_person, 0 as depth from merged ` +
  `union all select steps.person, merged.into_person, depth + 1 from steps join merged on merged.person = steps.into_person) ` +
  `select person, arg_max(into_person, depth) as stands from steps group by person`
