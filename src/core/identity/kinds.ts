import { isJsonObject } from '../event/json-object.ts'
import type { Json, JsonObject, Message } from '../event/message.ts'
import { MATCH_KEYS } from '../match-key/table.ts'
import { valueOf, type Normaliser } from '../match-key/normalised.ts'
import { plainKey } from '../match-key/outer-space.ts'

interface IdentifierKind {
  readonly name: string
  /** Where a message has it, as the documentation says. */
  readonly where: string
  readonly find: (message: Message) => readonly (Json | undefined)[]
  readonly normalise: Normaliser
}

/** What an id that only has to be the same everywhere is brought to: outer white space off, Unicode NFC. */
const normaliseId: Normaliser = plainKey(valueOf)

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})

/** The traits of the person: those of a group are the group's. */
function personTrait(message: Message, name: string): Json | undefined {
  const own = message.kind === 'group' ? undefined : message.traits[name]
  return own ?? objectOf(message.context['traits'])[name]
}

function device({ context }: Message, type: string, name: string): Json | undefined {
  const found = objectOf(context['device'])
  const written = found['type']
  return typeof written === 'string' && written.toLowerCase() === type ? found[name] : undefined
}

/** An advertising id is only an identifier while its owner allows it. */
function advertisingId(message: Message, type: string): Json | undefined {
  const allowed = objectOf(message.context['device'])['adTrackingEnabled'] === true
  return allowed ? device(message, type, 'advertisingId') : undefined
}

const deviceKinds = (type: string): readonly IdentifierKind[] => [
  {
    name: `${type}.id`,
    where: `\`context.device.id\` where \`context.device.type\` is \`${type}\``,
    find: (message) => [device(message, type, 'id')],
    normalise: normaliseId,
  },
  {
    name: `${type}.idfa`,
    where: `\`context.device.advertisingId\` where the type is \`${type}\` and \`adTrackingEnabled\` is true`,
    find: (message) => [advertisingId(message, type)],
    normalise: MATCH_KEYS.MADID.normalise,
  },
  {
    name: `${type}.push_token`,
    where: `\`context.device.token\` where the type is \`${type}\``,
    find: (message) => [device(message, type, 'token')],
    normalise: normaliseId,
  },
]

/**
 * What identifies a person in a message without being asked for. The places are Segment's (docs:
 * unify/identity-resolution/identity-resolution-settings, "ExternalIDs"); `phone` is added, and `group_id` is left out, since a
 * group is not a person.
 */
export const IDENTIFIER_KINDS: readonly IdentifierKind[] = [
  {
    name: 'user_id',
    where: '`userId`',
    find: ({ userId }) => [userId],
    normalise: normaliseId,
  },
  {
    name: 'email',
    where: '`traits.email` or `context.traits.email`',
    find: (message) => [personTrait(message, 'email')],
    normalise: MATCH_KEYS.EMAIL.normalise,
  },
  {
    name: 'phone',
    where: '`traits.phone` or `context.traits.phone`',
    find: (message) => [personTrait(message, 'phone')],
    normalise: MATCH_KEYS.PHONE.normalise,
  },
  {
    name: 'anonymous_id',
    where: '`anonymousId`; of an `alias` also `previousId`',
    find: ({ anonymousId, previousId }) => [anonymousId, previousId],
    normalise: normaliseId,
  },
  ...deviceKinds('android'),
  ...deviceKinds('ios'),
  {
    name: 'ga_client_id',
    where: "`context.integrations['Google Analytics'].clientId`",
    find: ({ context }) => [
      objectOf(objectOf(context['integrations'])['Google Analytics'])['clientId'],
    ],
    normalise: normaliseId,
  },
]

const BY_NAME = new Map(IDENTIFIER_KINDS.map((kind) => [kind.name, kind]))

/** How values of a kind are brought to one form; an external id of a known kind is read as that kind. */
export const normaliserOf = (kind: string): Normaliser =>
  BY_NAME.get(kind)?.normalise ?? normaliseId
