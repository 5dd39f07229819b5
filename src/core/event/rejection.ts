/** Why a call of a tracking client was not taken, and what to do about it. One table: answers and lists derive from it, and the documentation has to agree. */
export const REJECTIONS = {
  'unknown-key': {
    what: 'No tracking source has this write key',
    remedy: 'Correct the write key in the client, or add a source under "tracking:"',
  },
  'no-key': {
    what: 'The request has no write key',
    remedy: 'Send it by Basic authentication, as X-Write-Key, or as "writeKey" in the body',
  },
  'body-too-large': {
    what: 'The request is larger than it may be: 32 KB for one event, 500 KB for a batch',
    remedy: 'Send fewer or smaller events in a request',
  },
  'body-unreadable': {
    what: 'The body is not JSON in UTF-8, plain or gzipped',
    remedy: 'Send one JSON object',
  },
  'no-batch': {
    what: 'The body has no list "batch"',
    remedy: 'Send { "batch": [ … ] }, or one event to its own route',
  },
  'too-many-events': {
    what: 'The batch has more than 2,500 events',
    remedy: 'Send fewer in a request',
  },
  'not-an-object': { what: 'The event is not a JSON object', remedy: 'Send { "type": …, … }' },
  'unknown-type': {
    what: 'The event is of no known type',
    remedy: 'Write "type" as one of identify, track, page, screen, group, alias',
  },
  'too-large': { what: 'The event is larger than 32 KB', remedy: 'Send less in one event' },
  'too-deep': { what: 'The event is nested too deeply', remedy: 'Nest less: 32 levels at most' },
  'wrong-type': {
    what: 'A field is of another type than it must be',
    remedy: 'Ids and names are text, "properties", "traits" and "context" objects',
  },
  'too-long': { what: 'An id or a name is too long', remedy: 'At most 500 characters each' },
  'no-person': {
    what: 'The event has neither "userId" nor "anonymousId"; an alias needs "userId"',
    remedy: 'Send the id of whoever did it',
  },
  'no-event': { what: 'The track call has no "event"', remedy: 'Send the name of the event' },
  'no-group': { what: 'The group call has no "groupId"', remedy: 'Send the id of the group' },
  'no-previous-id': {
    what: 'The alias call has no "previousId"',
    remedy: 'Send the id that the person had before',
  },
  'time-unreadable': {
    what: 'The "timestamp" cannot be read',
    remedy: 'Write it like 2026-01-31T12:00:00.000Z, or leave it out',
  },
  'time-ahead': {
    what: 'The "timestamp" is more than a year ahead',
    remedy: 'Correct the clock of the client, or send "sentAt" by the same clock',
  },
  'time-impossible': {
    what: 'The "timestamp" is before 1990',
    remedy: 'Numbers are milliseconds since 1970, not seconds; or write it as a date and time',
  },
} as const satisfies Record<string, { readonly what: string; readonly remedy: string }>

export type RejectionReason = keyof typeof REJECTIONS
