/** What each command does, in one sentence: for the list of all commands and for the head of its own help. */
export const SUMMARIES = {
  init: 'Write a first definition file from a CSV of people',
  check: 'Check the definition file and the data that it names',
  doctor: 'Check the way to the ad account: token, permissions, terms, limits',
  plan: 'Show what a sync would do; sends nothing',
  sync: 'Bring the Custom Audiences in step with the definition',
  retire: 'End a sync and say what becomes of the people in its audience',
  erase: 'Erase a person here and from every Custom Audience, with a record of it',
  compare: 'Show who would be only yours and only theirs before taking an audience over',
  runs: 'Show what was sent, accepted and rejected in past runs',
  serve: 'Take events from tracking clients, such as Segment’s',
  events: 'Show what came in, and what was not taken and why',
  audience: 'List, preview, explain, export and import audiences',
  'match-key': 'Show what becomes of a value before it is sent',
  import: 'Take events or people from a file into the people that Rollcall keeps',
  identity: 'Try the rules of who is who, and see who became part of whom',
  definitions: 'Print the definition with every default spelt out',
  sandbox: 'Serve the stand-in for Meta that plans and tests run against',
} as const satisfies Record<string, string>

export type CommandName = keyof typeof SUMMARIES
