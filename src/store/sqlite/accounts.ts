import { sql, type Kysely } from 'kysely'
import type { Store } from '../port.ts'
import type { Tables } from './schema.ts'

type Accounts = Pick<Store, 'accountNotBefore' | 'pauseAccount'>

export function accounts(db: Kysely<Tables>): Accounts {
  return {
    accountNotBefore: async (account) => {
      const row = await db
        .selectFrom('account')
        .select('not_before')
        .where('id', '=', account)
        .executeTakeFirst()
      return row?.not_before ?? 0
    },
    pauseAccount: async (account, notBefore) => {
      await db
        .insertInto('account')
        .values({ id: account, not_before: notBefore })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet({ not_before: sql<number>`max(account.not_before, excluded.not_before)` }),
        )
        .execute()
    },
  }
}
