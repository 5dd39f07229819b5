/**
 * Words in a name or description that hint at health or financial status. Meta restricts such audiences (operation status 471), so
 * that nothing more can be sent to them.
 */
const SENSITIVE =
  /\b(?:health|medic(?:al|ine|ation)s?|patients?|disease|diabet\w*|cancer|asthma|arthritis|depress(?:ion|ed)|anxiety|therap\w+|hiv|pregnan\w*|fertility|disab\w+|addict\w*|obes\w+|insulin|symptoms?|prescriptions?|credit|debts?|loans?|mortgages?|bankrupt\w*|income|salary|net worth|wealthy|poor|insolven\w*|overdraft|payday)\b/iu

/** The first word that hints at health or financial status, if there is one. */
export function sensitiveWord(text: string): string | undefined {
  return SENSITIVE.exec(text)?.[0]
}
