import type { Refusal } from '../port.ts'

/** What an error of Meta is recognised by; a part that is left out matches everything. The text is asked only where codes do not tell. */
interface Sign {
  readonly code?: number | readonly [from: number, to: number]
  readonly subcode?: number
  readonly text?: RegExp
}

/** Who has to do something before it can work. */
export type Who =
  | 'nobody' // Rollcall tries again by itself
  | 'account' // a person with rights on the ad account or its Business
  | 'token' // whoever made the access token
  | 'operator' // whoever runs Rollcall and writes its definition file
  | 'maintainer' // Rollcall itself is at fault

export interface MetaError {
  readonly signs: readonly Sign[]
  /** `unknown`: it may have taken effect. `session` says so too, of everything but a replacement. */
  readonly kind: Refusal['kind'] | 'unknown'
  readonly name: `meta/${string}`
  /** What is the matter, to follow a colon. */
  readonly what: string
  readonly who: Who
  readonly remedy: string
  /** A page that helps; `{act}` stands for the ad account's number. */
  readonly where?: string
  /** With `throttled` and `busy`: how long to wait when the answer does not say. */
  readonly waitMinutes?: number
  /** What people know it as from other products. */
  readonly knownAs?: string
}

const TERMS_PAGE = 'https://business.facebook.com/ads/manage/customaudiences/tos/?act={act}'
const AUDIENCES_PAGE = 'https://adsmanager.facebook.com/adsmanager/audiences?act={act}'
const BUSINESS_SETTINGS = 'https://business.facebook.com/settings'
const SYSTEM_USERS_PAGE = 'https://business.facebook.com/settings/system-users'
const APPS_PAGE = 'https://developers.facebook.com/apps'

/** Every error of Meta that Rollcall knows. The first row with a matching sign counts, so narrower rows stand above wider ones. */
export const META_ERRORS = [
  // --- limits ------------------------------------------------------------------------------------------------
  {
    signs: [{ code: 80003 }],
    kind: 'throttled',
    name: 'meta/audience-calls-used-up',
    what: "the ad account's calls for Custom Audiences are used up for now",
    who: 'nobody',
    remedy:
      'Nothing to do: Rollcall waits as long as Meta asks. If it happens often, ask Meta for the Full access tier of the app.',
    where: APPS_PAGE,
    waitMinutes: 15,
  },
  {
    signs: [{ code: 80000 }, { code: 80004 }, { code: 80014 }],
    kind: 'throttled',
    name: 'meta/business-calls-used-up',
    what: "the Business's calls are used up for now",
    who: 'nobody',
    remedy: 'Nothing to do: Rollcall waits as long as Meta asks.',
    waitMinutes: 15,
  },
  {
    signs: [{ code: 17 }, { code: 613 }],
    kind: 'throttled',
    name: 'meta/too-many-calls',
    what: 'too many calls went to this ad account in a short time',
    who: 'nobody',
    remedy:
      'Nothing to do: Rollcall waits. If it happens often, let fewer tools share the ad account and its token.',
    waitMinutes: 5,
  },
  {
    signs: [{ code: 4 }, { code: 32 }, { code: 341 }],
    kind: 'throttled',
    name: 'meta/app-calls-used-up',
    what: "the app's calls are used up for now",
    who: 'nobody',
    remedy: 'Nothing to do: Rollcall waits. If it happens often, give Rollcall an app of its own.',
    where: APPS_PAGE,
    waitMinutes: 15,
  },
  {
    signs: [{ code: 368 }],
    kind: 'throttled',
    name: 'meta/temporarily-blocked',
    what: 'Meta has blocked this action for a time because it looked like abuse',
    who: 'account',
    remedy:
      "Rollcall tries again in some hours. Look into the account's quality page meanwhile, and ask for a review if it is wrong.",
    where: 'https://www.facebook.com/accountquality',
    waitMinutes: 240,
  },
  // --- token -------------------------------------------------------------------------------------------------
  {
    signs: [
      { code: 100, text: /appsecret_proof/i },
      { code: 104, text: /appsecret_proof/i },
      { code: 190, text: /appsecret_proof/i },
    ],
    kind: 'blocked',
    name: 'meta/app-secret-wrong',
    what: 'the app secret does not belong to the app that made the access token',
    who: 'operator',
    remedy:
      "Copy the app secret from the app's basic settings into the variable that app_secret names. If the app does not require a proof, app_secret can be left out.",
    where: APPS_PAGE,
  },
  {
    signs: [{ code: 190, subcode: 460 }],
    kind: 'blocked',
    name: 'meta/password-changed',
    what: 'the access token ended because its user changed the password, or Facebook closed the session',
    who: 'token',
    remedy:
      'Make a new access token and put it where access_token points. A system user has no password, so its token does not end this way.',
    where: SYSTEM_USERS_PAGE,
    knownAs: 'Segment: all audiences failing with an "Internal Error" message',
  },
  {
    signs: [{ code: 190, subcode: 458 }],
    kind: 'blocked',
    name: 'meta/app-removed',
    what: 'the user of the access token has removed the app',
    who: 'token',
    remedy:
      'Assign the app to the system user again, make a new access token and put it where access_token points.',
    where: SYSTEM_USERS_PAGE,
  },
  {
    signs: [
      { code: 190, subcode: 459 },
      { code: 190, subcode: 464 },
    ],
    kind: 'blocked',
    name: 'meta/user-must-log-in',
    what: 'Facebook wants the user of the access token to log in and confirm who they are',
    who: 'token',
    remedy:
      'That person logs in at facebook.com and does what is asked; then run rollcall doctor again.',
    where: 'https://www.facebook.com',
  },
  {
    signs: [
      { code: 190, subcode: 463 },
      { code: 190, text: /expired/i },
    ],
    kind: 'blocked',
    name: 'meta/token-expired',
    what: 'the access token has expired',
    who: 'token',
    remedy:
      "Make a new access token and put it where access_token points. A system user's token can be made so that it never expires.",
    where: SYSTEM_USERS_PAGE,
  },
  {
    signs: [{ code: 190 }, { code: 102 }, { code: 104 }, { code: 452 }],
    kind: 'blocked',
    name: 'meta/token-invalid',
    what: 'the access token is not valid',
    who: 'token',
    remedy: 'Make a new access token and put it where access_token points.',
    where: SYSTEM_USERS_PAGE,
  },
  // --- terms, Business, permission ---------------------------------------------------------------------------
  {
    signs: [
      { subcode: 1870034 },
      { subcode: 1870090 },
      { code: 2663 },
      { code: 2655, text: /terms of service/i },
    ],
    kind: 'blocked',
    name: 'meta/terms-not-accepted',
    what: "the ad account's Custom Audience terms are not accepted",
    who: 'account',
    remedy:
      'A person who may manage the ad account opens the page of the terms and accepts them; for a system user, a person of the same Business does. Then run rollcall doctor again.',
    where: TERMS_PAGE,
    knownAs:
      'Amplitude: "The Facebook Custom Audience Terms of Service weren\'t accepted"; Segment: not seeing an audience in Facebook',
  },
  {
    signs: [{ subcode: 1870092 }],
    kind: 'blocked',
    name: 'meta/business-tools-terms',
    what: 'the terms of the Meta Business Tools are not accepted',
    who: 'account',
    remedy:
      'An administrator of the Business opens its settings, reads the terms that are asked for and accepts them.',
    where: BUSINESS_SETTINGS,
  },
  {
    signs: [{ code: 2655 }],
    kind: 'blocked',
    name: 'meta/messaging-terms',
    what: 'the terms for marketing messages are not accepted',
    who: 'account',
    remedy:
      'A person who may manage the ad account accepts the terms in Ads Manager, or uses an audience without marketing messages.',
    where: AUDIENCES_PAGE,
  },
  {
    signs: [{ subcode: 1870050 }],
    kind: 'blocked',
    name: 'meta/no-business',
    what: 'the ad account does not belong to a Business',
    who: 'account',
    remedy:
      'Create a Business portfolio if there is none, add the ad account to it under Accounts, Ad accounts, and give the user of the access token a role there.',
    where: BUSINESS_SETTINGS,
    knownAs: 'Amplitude: "Facebook didn\'t connect to Business Manager"',
  },
  {
    signs: [{ subcode: 1870047 }, { code: 200, text: /low audience size/i }],
    kind: 'too-small',
    name: 'meta/too-small-to-remove',
    what: 'Meta refuses the removal because too few people would be left',
    who: 'operator',
    remedy:
      'Rollcall replaces the whole audience where only its own people are in it. Otherwise run rollcall sync --full, or take the audience down with rollcall retire --delete; until then these people stay in it.',
  },
  {
    signs: [
      { code: 200, text: /can ?not update audience/i },
      { code: 2654, subcode: 1713092 },
      { code: 1487301 },
      { subcode: 1487301 },
    ],
    kind: 'blocked',
    name: 'meta/no-audience-permission',
    what: 'the user of the access token may not change this audience',
    who: 'account',
    remedy:
      'Give that user a role in the ad account that can manage campaigns (Advertiser or Admin); for an audience shared by another account, ask its owner to share it again.',
    where: BUSINESS_SETTINGS,
    knownAs:
      'Amplitude: "Facebook user lacks audience permissions"; Segment: "Advertiser" or "Admin" access is needed',
  },
  {
    signs: [{ code: 270 }, { code: 294 }],
    kind: 'blocked',
    name: 'meta/app-not-allowed',
    what: "the app's access to the Marketing API does not reach this ad account",
    who: 'token',
    remedy:
      "Add the Marketing API to the app, make the token with the ads_management permission, and use an app of the same Business as the ad account; for other people's ad accounts the app needs Meta's review.",
    where: APPS_PAGE,
  },
  // --- audiences ---------------------------------------------------------------------------------------------
  {
    signs: [{ code: 1487366 }, { subcode: 1487366 }, { code: 100, subcode: 33 }],
    kind: 'gone',
    name: 'meta/audience-gone',
    what: 'the Custom Audience is deleted',
    who: 'operator',
    remedy:
      'Rollcall pauses the sync. Let it make a new Custom Audience, or retire the sync; ads that used the deleted one have stopped.',
    where: AUDIENCES_PAGE,
  },
  {
    signs: [{ code: 803 }],
    kind: 'busy',
    name: 'meta/audience-not-visible-yet',
    what: 'Meta does not know this id, or not yet',
    who: 'nobody',
    remedy:
      'A new Custom Audience can take a minute to appear; Rollcall tries again. If it is an older one, check its id.',
    where: AUDIENCES_PAGE,
    waitMinutes: 1,
  },
  {
    signs: [{ code: 1870065 }, { subcode: 1870065 }],
    kind: 'blocked',
    name: 'meta/audience-disabled',
    what: 'a disabled audience is involved',
    who: 'account',
    remedy:
      'Look at the audience in Ads Manager: it is disabled there, and the reason stands beside it.',
    where: AUDIENCES_PAGE,
  },
  {
    signs: [{ subcode: 1713230 }, { subcode: 1713231 }, { subcode: 1713228 }, { subcode: 1713232 }],
    kind: 'flagged',
    name: 'meta/audience-flagged',
    what: 'Meta has restricted this audience, because its name or description suggests things like health or finances',
    who: 'account',
    remedy:
      'Look at the audience in Ads Manager, take out what Meta objects to, or ask for a review; otherwise make a new one with a neutral name.',
    where: AUDIENCES_PAGE,
  },
  {
    signs: [{ code: 2656 }],
    kind: 'blocked',
    name: 'meta/has-lookalikes',
    what: 'the audience cannot be deleted while lookalike audiences are made from it',
    who: 'account',
    remedy:
      'Delete its lookalike audiences in Ads Manager first, or retire the sync with --empty instead.',
    where: AUDIENCES_PAGE,
  },
  {
    signs: [{ code: 2654, subcode: 1713007 }],
    kind: 'blocked',
    name: 'meta/lookalike-exists',
    what: 'the ad account has a lookalike audience of the same audience, places and size already, which this sync does not keep',
    who: 'operator',
    remedy:
      'Use that one and take the lookalike out of the sync, or delete that one in Ads Manager: Rollcall makes its own at the next run.',
    where: AUDIENCES_PAGE,
  },
  {
    signs: [{ code: 2654, text: /source audience|seed audience|at least 100/i }],
    kind: 'blocked',
    name: 'meta/lookalike-source-too-small',
    what: 'Meta has matched too few people of the audience to make a lookalike of it: at least 100 of one country are needed',
    who: 'nobody',
    remedy:
      'Nothing to do while people are still being matched: Rollcall asks again at each run. If it stays, the audience is too small, or its people are of other countries: see international_seeds.',
  },
  // --- replace sessions --------------------------------------------------------------------------------------
  {
    signs: [{ subcode: 1870145 }],
    kind: 'busy',
    name: 'meta/replace-in-progress',
    what: 'the audience is being replaced',
    who: 'nobody',
    remedy:
      'Nothing to do: a replacement ends within 90 minutes, and Rollcall tries again until then.',
    waitMinutes: 10,
  },
  {
    signs: [{ subcode: 1870158 }, { subcode: 1870147 }, { subcode: 1870159 }, { subcode: 1870148 }],
    kind: 'session',
    name: 'meta/replace-session-broken',
    what: 'the replacement did not run to its end',
    who: 'nobody',
    remedy: 'Nothing to do: Rollcall begins a new replacement.',
  },
  {
    signs: [{ subcode: 1870144 }],
    kind: 'invalid',
    name: 'meta/too-large-to-replace',
    what: 'an audience of 100 million people or more cannot be replaced',
    who: 'operator',
    remedy: 'Run the sync without --full: adding and removing have no such limit.',
  },
  {
    signs: [{ code: 2650, text: /data source/i }],
    kind: 'invalid',
    name: 'meta/other-data-source',
    what: 'the audience was filled in another way, and takes no rows of several match keys',
    who: 'operator',
    remedy: 'Let Rollcall make a Custom Audience of its own instead of taking this one over.',
    where: AUDIENCES_PAGE,
  },
  {
    signs: [{ code: 2650 }, { code: 2654 }],
    kind: 'blocked',
    name: 'meta/audience-not-writable',
    what: 'Meta did not create or change the audience, and does not say why',
    who: 'account',
    remedy:
      'Look at the ad account and the audience in Ads Manager. If both look right, ask Meta, with the trace id.',
    where: AUDIENCES_PAGE,
  },
  // --- wide rows last: everything else in 200 to 299 is about permission --------------------------------------
  {
    signs: [{ code: 3 }, { code: 10 }, { code: 272 }, { code: [200, 299] }],
    kind: 'blocked',
    name: 'meta/no-permission',
    what: 'the user of the access token lacks a permission or a role that this needs',
    who: 'account',
    remedy:
      'Make the token with ads_management, and assign the ad account to its user with the right to manage campaigns. rollcall doctor tells which of the two is missing.',
    where: BUSINESS_SETTINGS,
    knownAs:
      'Amplitude: "Facebook user lacks audience permissions"; Segment: an existing audience cannot be selected',
  },
  // --- requests ----------------------------------------------------------------------------------------------
  {
    signs: [{ code: 2635 }, { code: 2500, text: /version/i }],
    kind: 'blocked',
    name: 'meta/api-version-expired',
    what: 'this version of the Marketing API is no longer served',
    who: 'operator',
    remedy:
      'Write a newer api_version in the definition file, or leave it out and update Rollcall.',
    where: 'https://developers.facebook.com/docs/marketing-api/versions',
  },
  {
    signs: [{ code: 100, text: /LOOKALIKE_VALUE/ }],
    kind: 'invalid',
    name: 'meta/value-missing',
    what: 'the audience is value-based, and rows came without a value',
    who: 'operator',
    remedy:
      'Give the sync a value:, or let Rollcall make a Custom Audience that is not value-based.',
  },
  {
    signs: [{ code: 1, text: /reduce the amount of data/i }],
    kind: 'unknown',
    name: 'meta/too-much-data',
    what: 'Meta found the answer too large to make',
    who: 'nobody',
    remedy: 'Nothing to do: Rollcall asks for less at a time.',
  },
  {
    signs: [{ code: 1 }, { code: 2 }],
    kind: 'unknown',
    name: 'meta/temporary',
    what: 'Meta failed for a moment',
    who: 'nobody',
    remedy: 'Nothing to do: Rollcall tries again. If it lasts, see whether Meta reports an outage.',
    where: 'https://metastatus.com',
  },
  {
    signs: [{ code: 100 }, { code: 105 }, { code: 194 }, { code: 2500 }],
    kind: 'invalid',
    name: 'meta/request-refused',
    what: 'Meta does not understand the request',
    who: 'maintainer',
    remedy:
      'Check the settings of this destination and sync. If they are right, report it to the makers of Rollcall with the whole message.',
  },
  {
    signs: [{}],
    kind: 'blocked',
    name: 'meta/unrecognised',
    what: 'Meta refused, for a reason that Rollcall does not know',
    who: 'operator',
    remedy:
      'Read what Meta says in the message. If that does not help, report it to the makers of Rollcall with the whole message.',
  },
] as const satisfies readonly MetaError[]

export type MetaErrorName = (typeof META_ERRORS)[number]['name']

/** The row of this name, for refusals that Rollcall finds out without an answer that says so. */
export function metaError(name: MetaErrorName): MetaError {
  const row: MetaError | undefined = META_ERRORS.find((error) => error.name === name)
  if (row === undefined) throw new Error(`Cannot find the error ${name} in the table`)
  return row
}

/** The remedy with its page, for this ad account. */
export function remedyOf({ remedy, where }: MetaError, accountNumber: string): string {
  return where === undefined ? remedy : `${remedy} ${where.replace('{act}', accountNumber)}`
}

/** What people know the refusal of this code as from other products. */
export function knownAs(code: string): string | undefined {
  const rows: readonly MetaError[] = META_ERRORS
  return rows.find(({ name }) => name === code)?.knownAs
}
