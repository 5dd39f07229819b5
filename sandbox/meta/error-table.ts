/**
 * Every refusal of the Graph API that the sandbox knows, in one table: the answers, the fault injection and the docs
 * read it. A message may hold `{name}` places, filled when the error is made.
 */

export interface GraphErrorRow {
  readonly status: number
  readonly type: 'OAuthException' | 'GraphMethodException' | 'FacebookApiException'
  readonly code: number
  readonly subcode?: number
  readonly message: string
  readonly title?: string
  readonly userMessage?: string
  readonly transient?: true
}

const oauth = (
  code: number,
  message: string,
  more: Partial<Omit<GraphErrorRow, 'code' | 'message'>> = {},
): GraphErrorRow => ({ status: 400, type: 'OAuthException', code, message, ...more })

const method = (
  code: number,
  message: string,
  more: Partial<Omit<GraphErrorRow, 'code' | 'message'>> = {},
): GraphErrorRow => ({ status: 400, type: 'GraphMethodException', code, message, ...more })

/** A refusal that carries a title and a sentence for the person in front of the screen. */
const explained = (
  code: number,
  subcode: number,
  title: string,
  userMessage: string,
  message = 'Invalid parameter',
): GraphErrorRow => oauth(code, message, { subcode, title, userMessage })

const forbidden = (subcode: number, title: string, userMessage: string): GraphErrorRow => ({
  ...explained(200, subcode, title, userMessage, 'Permissions error'),
  status: 403,
})

const TOKEN = 'Error validating access token: '

export const GRAPH_ERRORS = {
  // temporary
  unknown: oauth(1, 'An unknown error occurred', { status: 500, transient: true }),
  service: oauth(2, 'An unexpected error has occurred. Please retry your request later.', {
    status: 500,
    transient: true,
  }),
  tooManyRows: oauth(1, 'An unknown error occurred', { status: 500, subcode: 99 }),
  tooMuchData: oauth(
    1,
    "Please reduce the amount of data you're asking for, then retry your request",
    { status: 500 },
  ),
  // limits
  audienceLimit: oauth(
    80003,
    '(#80003) There have been too many calls to this ad-account. Wait a bit and try again. For more info, please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting#custom-audience.',
    { subcode: 2446079 },
  ),
  accountLimit: oauth(613, '(#613) Calls to this api have exceeded the rate limit.', {
    subcode: 1487742,
    title: 'Ad Account Has Too Many API Calls',
    userMessage: 'There have been too many calls from this ad-account. Wait a bit and try again.',
    transient: true,
  }),
  callLimit: oauth(613, '(#613) Calls to this api have exceeded the rate limit.'),
  appLimit: oauth(4, '(#4) Application request limit reached', { transient: true }),
  userLimit: oauth(17, '(#17) User request limit reached', { subcode: 2446079, transient: true }),
  pageLimit: oauth(32, '(#32) Page request limit reached', { transient: true }),
  temporaryLimit: oauth(341, '(#341) Application limit reached', { transient: true }),
  // token
  tokenMissing: oauth(104, 'An access token is required to request this resource.', {
    status: 401,
  }),
  tokenUnknown: oauth(190, 'Invalid OAuth access token - Cannot parse access token'),
  tokenExpired: oauth(
    190,
    `${TOKEN}Session has expired on {expired}. The current time is {current}.`,
    { subcode: 463 },
  ),
  tokenInvalidated: oauth(
    190,
    `${TOKEN}The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.`,
    { subcode: 460 },
  ),
  appNotInstalled: oauth(190, `${TOKEN}The user has not authorized application {app}.`, {
    subcode: 458,
  }),
  checkpoint: oauth(
    190,
    `${TOKEN}You cannot access the app till you log in to www.facebook.com and follow the instructions given.`,
    { subcode: 459 },
  ),
  unconfirmed: oauth(
    190,
    `${TOKEN}Sessions for the user are not allowed because the user is not a confirmed user.`,
    {
      subcode: 464,
    },
  ),
  tokenInvalid: oauth(
    190,
    `${TOKEN}This may be because the user logged out or may be due to a system error.`,
    {
      subcode: 467,
    },
  ),
  pageRole: oauth(
    190,
    `${TOKEN}Session does not match current stored session. The user may have lost the role on the page.`,
    {
      subcode: 492,
    },
  ),
  sessionKey: oauth(102, 'Session key invalid or no longer valid'),
  sessionOther: oauth(
    452,
    'Session key invalid. This could be because the session key has an incorrect format, or because the user has revoked this session',
  ),
  secretWrong: oauth(1, 'Error validating client secret.'),
  proofWrong: method(100, 'Invalid appsecret_proof provided in the API argument'),
  proofRequired: method(100, 'API calls from the server require an appsecret_proof argument'),
  // permission
  capability: oauth(3, '(#3) Application does not have the capability to make this API call.', {
    status: 403,
  }),
  permissionDenied: oauth(10, '(#10) Application does not have permission for this action', {
    status: 403,
  }),
  developmentTier: oauth(
    270,
    '(#270) This Ads API request is not allowed for apps with development access level',
    {
      status: 403,
    },
  ),
  permissionMissing: oauth(
    294,
    '(#294) Managing advertisements requires an access token with the extended permission for ads_management',
    { status: 403 },
  ),
  audienceNotMine: oauth(200, '(#200) The current user can not update audience {id}', {
    status: 403,
  }),
  accountReadOnly: oauth(2654, '(#2654) Failed to create custom audience', {
    subcode: 1713092,
    title: 'No Permission to Write',
    userMessage: 'You do not have write permission for this ad account.',
  }),
  termsForUpload: forbidden(
    1870034,
    'Custom Audience Terms Not Accepted',
    'You must agree to the Custom Audience terms before uploading. To accept, go to https://business.facebook.com/ads/manage/customaudiences/tos/?act={account}',
  ),
  termsForAudience: forbidden(
    1870090,
    'Custom Audience Terms Not Accepted',
    'To create or edit an audience from a customer list, agree to the terms at https://business.facebook.com/ads/manage/customaudiences/tos/?act={account}',
  ),
  termsForBusinessTools: forbidden(
    1870092,
    'Business Tools Terms Not Accepted',
    'You must accept the Meta Business Tools terms for this ad account.',
  ),
  termsOld: oauth(2655, '(#2655) Terms of service has not been accepted'),
  termsForApp: oauth(
    2663,
    '(#2663) Terms of service has not been accepted. To accept, go to https://www.facebook.com/customaudiences/app/tos/?act={account}',
  ),
  noBusiness: forbidden(
    1870050,
    'Permissions error',
    'Check that the ad account is linked to the Meta Business Suite account',
  ),
  // audience
  notFound: method(
    100,
    "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
    { subcode: 33 },
  ),
  audienceNotShared: explained(
    100,
    1487301,
    'Custom Audience Unavailable',
    'The custom audience you are trying to use has not been shared with your ad account.',
  ),
  audienceDeleted: explained(
    100,
    1487366,
    'Custom Audience Has Been Deleted',
    'The custom audience has been deleted.',
  ),
  audienceDisabled: explained(
    100,
    1870065,
    'Audience Disabled',
    'The selection contains a disabled audience.',
  ),
  uploadBlocked: explained(
    100,
    1713230,
    'Audience Upload Blocked',
    'Uploads to this audience are blocked because it suggests the use of information that is not allowed.',
  ),
  updateRestricted: explained(
    100,
    1713231,
    'Update Restricted Fields and Rule',
    'The restricted fields and the rule of this audience must be updated.',
  ),
  editBlocked: explained(
    100,
    1713228,
    'Custom Audience Cannot Be Edited',
    'This custom audience is restricted and cannot be edited.',
  ),
  seedRestricted: explained(
    100,
    1713232,
    'Seed audience restricted',
    'A lookalike cannot be made from an audience that is restricted.',
  ),
  tooSmallToRemove: forbidden(
    1870047,
    'Audience Size too Low',
    'You cannot remove users from this audience because it will result in a low audience size.',
  ),
  createFailed: oauth(2654, '(#2654) Failed to create custom audience', {
    userMessage: '{reason}',
  }),
  lookalikeDuplicate: oauth(
    2654,
    "(#2654) Can't Create a Duplicate Lookalike: You've already created a lookalike audience with the same source, country and size. Please try using a different source or different specifications.",
    { subcode: 1713007 },
  ),
  lookalikesExist: oauth(
    2656,
    '(#2656) Failed to delete custom audience because associated lookalikes exist',
  ),
  sourceMismatch: oauth(
    2650,
    '(#2650) Failed to update the custom audience: This audience was created from data source {held}, which does not support data source {sent}.',
  ),
  updateFailed: oauth(2650, '(#2650) Failed to update the custom audience: {reason}'),
  // replace sessions
  updateInProgress: explained(
    2650,
    1870145,
    'Audience Update In Progress',
    'The audience is being updated. Wait until the update has finished and try again.',
    '(#2650) Failed to update the custom audience',
  ),
  firstBatchNotOne: explained(
    2650,
    1870147,
    'Invalid Batch Sequence',
    'The batch_seq of the first batch of a replace session must be 1.',
    '(#2650) Failed to update the custom audience',
  ),
  replaceTimedOut: explained(
    2650,
    1870158,
    'Replace Session Timed Out',
    'The replace session lasted longer than 90 minutes. Start a new one.',
    '(#2650) Failed to update the custom audience',
  ),
  replaceFinished: explained(
    2650,
    1870159,
    'Replace Session Finished',
    'The replace session has finished and takes no further batches.',
    '(#2650) Failed to update the custom audience',
  ),
  replaceBroken: explained(
    2650,
    1870148,
    'Something Went Wrong',
    'The audience was not fully updated. Try the replacement again.',
    '(#2650) Failed to update the custom audience',
  ),
  replaceTooLarge: explained(
    2650,
    1870144,
    'Audience Too Large',
    'An audience of 100 million people or more cannot be replaced.',
    '(#2650) Failed to update the custom audience',
  ),
  // parameters
  missingParameter: oauth(100, '(#100) Missing parameter(s): {names}'),
  invalidParameter: oauth(100, '(#100) {reason}'),
  invalidRule: oauth(100, 'Invalid parameter', {
    subcode: 1713098,
    title: 'Invalid Rule JSON Format',
    userMessage: 'The rule is not valid JSON.',
  }),
  valueRequired: oauth(
    100,
    '(#100) Value-Based Custom Audience requires LOOKALIKE_VALUE attribute.',
  ),
  unknownField: oauth(
    100,
    '(#100) Tried accessing nonexisting field ({field}) on node type ({node})',
  ),
  parameterMissingOld: oauth(194, '(#194) Missing at least one required parameter'),
  tooManyParameters: oauth(
    105,
    '(#105) The number of parameters exceeded the maximum for this operation',
  ),
  unknownPath: oauth(2500, 'Unknown path components: {path}'),
  // whole API
  versionUnsupported: oauth(
    2635,
    '(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version: {version}.',
  ),
  blocked: oauth(368, 'The action attempted has been deemed abusive or is otherwise disallowed', {
    status: 403,
    userMessage: 'You are temporarily blocked from performing this action.',
  }),
} as const satisfies Record<string, GraphErrorRow>

export type GraphErrorName = keyof typeof GRAPH_ERRORS
