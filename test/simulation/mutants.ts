export interface Change {
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/**
 * Each rule of the protocol, and how its code would read without it. A simulation that runs with one of these must fail; if
 * it does not, it proves nothing about that rule.
 */
export interface Mutant extends Change {
  readonly rule: string
  /** A second change that is made with it. */
  readonly also?: Change
  /** What goes wrong without the rule. */
  readonly why: string
  /** A seed that is known to show it, tried before the others. */
  readonly kept?: number
}

const CARRY = 'src/core/sync/carry.ts'
const DIFF = 'src/core/sync/diff.ts'
const EVALUATE = 'src/sync/evaluate.ts'
const FENCE = 'src/core/sync/fence.ts'
const FOLD = 'src/core/sync/fold.ts'
const LEASE = 'src/sync/lease.ts'
const MACHINE = 'test/simulation/array-machine.ts'
const REPLACE = 'src/sync/replace.ts'
const RUN = 'src/sync/run.ts'
const SEND = 'src/sync/send.ts'
const SUPPRESSED = 'src/sync/take-out-suppressed.ts'
const VERDICT = 'src/core/sync/verdict.ts'
const STORE = 'test/store/memory-store.ts'
const WORKBENCH = 'test/simulation/array-workbench.ts'

export const MUTANTS: readonly Mutant[] = [
  {
    rule: 'erasing-doubts-who-shares',
    why: 'Whoever shares something with somebody who is erased is taken out beside and still believed in',
    file: 'src/core/sync/erase.ts',
    find: 'goesOut ? addedAgain(row, mode) : asItWas(row)',
    replace: 'asItWas(row)',
    kept: 6,
  },
  {
    rule: 'intent-first',
    file: SEND,
    find: 'const sequence = await store.intend(lease, plan.id, intent)',
    replace:
      'await destination.send(requestOf(operation, plan.remoteId, rows, order.schema)); const sequence = await store.intend(lease, plan.id, intent)',
    why: 'A request that is out before its intent is durable is forgotten in a crash',
  },
  {
    rule: 'intent-of-add',
    file: FOLD,
    find: "const added = row.operation === 'add' && sent",
    replace: 'const added = accepted',
    why: 'An add that was not answered may have happened, so its row is in U',
  },
  {
    rule: 'intent-of-removal',
    file: FOLD,
    find: "row.operation === 'remove' && verdict.sent)",
    replace: "row.operation === 'remove' && verdict.acceptedAt !== null)",
    why: 'A removal that was not answered may have taken out the rows that stay',
    kept: 11,
  },
  {
    rule: 'siblings-leave-l',
    file: FOLD,
    find: '(row.inL && !hit && !named)',
    replace: '(row.inL && !named)',
    why: 'A removal of one row of a person may take the person out',
    kept: 11,
  },
  {
    rule: 'fence-of-adds',
    file: FENCE,
    find: `    return (
      this.addUnsettled(row, now) ||`,
    replace: `    if (operation === 'remove') return false
    return (
      this.addUnsettled(row, now) ||`,
    why: 'An add that arrives after the removal was accepted brings the row back',
  },
  {
    // Each of the two rules is enough where the other holds, so neither shows alone.
    rule: 'late-add-of-another-row',
    file: FENCE,
    find: 'strongKeys(row.cells, carriedBits(row)).some((key) => lives(this.#addedKeys, key, now))',
    replace: 'false',
    also: {
      file: FOLD,
      find: '(removed || carried === 0) && !rules.addUnsettled(row)',
      replace: '(removed || carried === 0)',
    },
    why: 'A late add of a row that was covered, or of another row with the same key, brings the person back',
    kept: 33,
  },
  {
    rule: 'fence-of-removed-members',
    file: FENCE,
    find: 'lives(this.#removedMembers, row.member, now)',
    replace: 'false',
    why: 'A late removal of one row of a person undoes the add of another',
    kept: 11,
  },
  {
    rule: 'fence-of-removed-keys',
    file: FENCE,
    find: 'lives(this.#removedKeys, key, now)',
    replace: 'false',
    why: 'A late removal takes out whoever has come to hold the key',
    kept: 19,
  },
  {
    rule: 'fence-of-replacements',
    file: FENCE,
    find: 'this.#replacedUntil > now ||',
    replace: '',
    why: 'A late replacement takes out everybody who was added since',
    kept: 176,
  },
  {
    rule: 'fences-judged-at-send',
    file: SEND,
    find: 'fences.stands(operation, row, intendedAt)',
    replace: 'fences.stands(operation, row, intendedAt + 5 * 60_000)',
    why: 'What settles between the request and its answer has met the request',
    kept: 148,
  },
  {
    rule: 'send-deadline',
    file: SEND,
    find: 'if (at - intendedAt <= SEND_DEADLINE_MS) return null',
    replace: 'if (at > 0) return null',
    why: 'A worker that slept sends when its intent is long given up',
    kept: 20,
  },
  {
    rule: 'settles-from-takeover',
    file: LEASE,
    find: 'await store.giveUpUnanswered(lease, now, now + settleMs)',
    replace: 'await store.giveUpUnanswered(lease, now, now)',
    why: 'A dead worker may have sent until the moment of the takeover',
    kept: 147,
  },
  {
    rule: 'epoch',
    file: STORE,
    find: 'if (last?.epoch !== lease.epoch || last.owner !== lease.owner) throw leaseLost(lease)',
    replace: 'if (last === undefined) throw leaseLost(lease)',
    why: 'A worker that was taken over writes its late outcomes over newer ones',
  },
  {
    rule: 'exclusive-keys',
    file: CARRY,
    find: 'const exclusive = strong & ~held',
    replace: 'const exclusive = strong',
    why: 'A key that somebody who stays holds takes them out',
  },
  {
    rule: 'extern-id-alone',
    file: CARRY,
    find: 'exclusive : exclusive & ~EXTERN_ID_BIT',
    replace: 'exclusive : exclusive',
    why: 'An EXTERN_ID takes out whomever it was ever sent with',
  },
  {
    rule: 'rest-is-covered',
    file: FOLD,
    find: 'const inU = row.inU && !(removed && rest === 0)',
    replace: 'const inU = row.inU && !removed',
    why: 'The keys that a removal did not carry may keep the person in',
    kept: 3,
  },
  {
    rule: 'covered-by-keys',
    file: WORKBENCH,
    find: 'strongKeys(row.cells, namingBits(row.cells)).every((key) => kept.has(key))',
    replace: 'true',
    why: 'A row whose keys are not in rows that stay is forgotten',
  },
  {
    rule: 'removals-first',
    file: SEND,
    find: "['remove', 'add'] as const",
    replace: "['add', 'remove'] as const",
    why: 'A removal takes out whoever was just added',
    kept: 11,
  },
  {
    rule: 'quarantine',
    file: FOLD,
    find: 'quarantine: named ? invalid : null,\n    assertedAt',
    replace: 'quarantine: null,\n    assertedAt',
    why: 'An invalid row is sent again by every run',
    kept: 25,
  },
  {
    rule: 'halving',
    file: SEND,
    find: "if (invalid > named.length) return { kind: 'halved', at }",
    replace: '',
    why: 'An invalid row that is not named counts as added',
    kept: 3,
  },
  {
    rule: 'halves-follow',
    file: SEND,
    find: 'await this.#halve(rows, budget)',
    replace: 'tally.unsure(rows.length)',
    why: 'A batch with more invalid rows than are named is sent whole by every run',
    kept: 24,
  },
  {
    rule: 'alone-is-named',
    file: SEND,
    find: 'return { ...answer, named: Array.from({ length: rows }, (_, row) => ({ row, reason })) }',
    replace: 'return answer',
    why: 'A batch of invalid rows alone, named or not, is halved down to nothing',
    kept: 25,
  },
  {
    rule: 'unknown-is-not-accepted',
    file: VERDICT,
    find: "if (outcome?.kind !== 'accepted') return { ...verdict, sent: true, unsure: true }",
    replace:
      "if (outcome?.kind !== 'accepted') return { ...verdict, sent: true, acceptedAt: outcome?.at ?? 0 }",
    why: 'A request that was not answered may not have happened',
  },
  {
    rule: 'unknown-is-not-refused',
    file: VERDICT,
    find: "if (outcome?.kind === 'refused') return verdict",
    replace: "if (outcome?.kind !== 'accepted' && outcome?.kind !== 'halved') return verdict",
    why: 'A request that was not answered may have happened',
  },
  {
    rule: 'fenced-does-not-count',
    file: VERDICT,
    find: 'return fenced.includes(position)',
    replace: 'return fenced.includes(-1)',
    why: 'What an unsettled opposite request may undo is not settled',
  },
  {
    rule: 'old-plan-is-dropped',
    file: RUN,
    find: "    this.#ports.tell({ kind: 'step-begun', step: 'look' })",
    replace: `    const stale = (await this.#ports.store.plans(this.#order.key)).at(-1)
    const { remote: known } = state
    if (stale !== undefined && known !== null) {
      const plan = { ...stale, id: \`\${stale.id}-again\`, mode: this.#order.mode, replacement: 'none', normaliserVersion: NORMALISER_VERSION, suppressionDigest: '' } as const
      const { end } = await carryOut(plan, known, { id: known.remoteId, name: '', description: '' }, this.#errand, 'everyone')
      return this.#finished(end, {})
    }`,
    why: 'People who left meanwhile are added, and people who came back are removed',
  },
  {
    rule: 'gone-empties-l',
    file: RUN,
    find: 'await store.forgetCertainty(this.#lease, recreate)',
    replace: 'if (recreate) await store.forgetCertainty(this.#lease, recreate)',
    why: 'An audience that comes back need not hold whom it held',
    kept: 403,
  },
  {
    rule: 'gone-keeps-u',
    file: STORE,
    find: 'if (ledger !== undefined) ledger.onlyMaybe = true',
    replace:
      'if (ledger !== undefined) Object.assign(ledger, { onlyMaybe: true, files: NEW_LEDGER.files })',
    why: 'An audience that comes back may hold everybody it held',
    kept: 12,
  },
  {
    rule: 'l-is-proven-again',
    file: EVALUATE,
    find: 'const everyone = options.full || ledger.onlyMaybe',
    replace: 'const everyone = options.full',
    why: 'Nobody is added again to an audience whose L was emptied',
    kept: 169,
  },
  {
    rule: 'do-not-send-when-sending',
    file: SEND,
    find: "if (this.#operation === 'add' && isRowWithheld(doNotSend, row)) parts.push([])",
    replace: 'if (false) parts.push([])',
    why: 'Somebody who objected an hour ago is added by a plan that is older',
    kept: 7,
  },
  {
    rule: 'do-not-send-when-replacing',
    file: REPLACE,
    find: 'identifies(row.cells, schema) && !isRowWithheld(ports.doNotSend, row)',
    replace: 'identifies(row.cells, schema)',
    why: 'Somebody who objected an hour ago is added by a replacement that is older',
    kept: 21,
  },
  {
    rule: 'do-not-send-as-it-was',
    file: RUN,
    find: '      suppressionDigest,\n    }',
    replace: '      suppressionDigest: this.#ports.doNotSend.digest,\n    }',
    why: 'Whoever came onto the list while the plan was made is never looked at',
    kept: 68,
  },
  {
    rule: 'do-not-send-takes-out',
    file: SUPPRESSED,
    find: 'state.suppressionDigest === digest ||',
    replace: 'state.suppressionDigest !== null ||',
    why: 'Whoever came onto the list stays in the audience until they change',
    kept: 63,
  },
  {
    rule: 'do-not-send-before-guards',
    file: RUN,
    find: 'await takeOutSuppressed(ledger, audience, state, this.#errand)',
    replace:
      "{ end: { kind: 'sent' }, ledger, suppressionDigest: state.suppressionDigest ?? '', remaining: [...this.#ports.doNotSend.keys] } as TakenOut",
    why: 'Whoever came onto the list stays as long as a guard holds the run',
    kept: 13,
  },
  {
    rule: 'do-not-send-until-settled',
    file: SUPPRESSED,
    find: 'return left === 0',
    replace: 'return left >= 0',
    why: 'A removal that was not answered is not tried again where nobody else is removed',
    kept: 54,
  },
  {
    rule: 'consent-before-guards',
    file: RUN,
    find: 'await takeOutWithdrawn(takenOut.ledger, audience, state, this.#errand)',
    replace: 'nobodyWithdrawn(takenOut.ledger)',
    why: 'Whoever withdrew their consent stays as long as a guard holds the run',
    kept: 4,
  },
  {
    rule: 'consent-in-every-mode',
    file: DIFF,
    find: 'isUnheld(cause) ||',
    replace: 'suppressed ||',
    why: 'Whoever withdrew their consent stays where people are only added',
    kept: 56,
  },
  {
    rule: 'part-of-a-ledger-proves-nothing',
    file: STORE,
    find: "scope === 'some' && this",
    replace: 'String(scope).length === 0 && this',
    why: 'A plan of a few members makes the ledger of a lost audience believed again',
    kept: 90,
  },
  {
    rule: 'mode-counts',
    file: MACHINE,
    find: 'raw: `${settings}/${person.raw}`',
    replace: 'raw: person.raw',
    why: 'What another mode left in the audience stays there under the new one',
    kept: 463,
  },
  {
    rule: 'reassertion',
    file: EVALUATE,
    find: 'return assertedAt + reassertMs * (0.5 + share / 2) <= now',
    replace: 'return assertedAt < 0 && share > now',
    why: 'Two members who are one person at the platform take each other out for good',
    kept: 131,
  },
  {
    rule: 'named-stays-in-u',
    file: FOLD,
    find: 'const inU = named ? row.inU || unsure : row.inU',
    replace: 'const inU = named ? unsure : row.inU',
    why: 'A row that was in before it was called invalid is still in',
    kept: 19,
  },
  {
    rule: 'replacement-empties-l',
    file: FOLD,
    find: 'const inL = finished && row.desired && verdict.acceptedAt !== null',
    replace: 'const inL = row.desired && verdict.acceptedAt !== null',
    why: 'Until it is finished nobody is known to be in',
    kept: 167,
  },
  {
    rule: 'replacement-widens-u',
    file: FOLD,
    find: ': row.inU || row.desired',
    replace: ': row.desired',
    why: 'Until it is finished everybody from before may still be in',
    kept: 8,
  },
  {
    rule: 'replacement-and-late-adds',
    file: FOLD,
    find: '(row.desired && !named) || rules.addUnsettled(row)',
    replace: '(row.desired && !named)',
    why: 'An add from before the replacement may arrive after it',
    kept: 214,
  },
  {
    rule: 'replacement-and-late-removals',
    file: FOLD,
    find: 'verdict.acceptedAt !== null && !rules.removalUnsettled(row)',
    replace: 'verdict.acceptedAt !== null',
    why: 'A removal from before the replacement may arrive after it',
    kept: 1440,
  },
  {
    rule: 'replacement-is-judged-when-it-began',
    file: 'src/sync/fold-plan.ts',
    find: 'Math.min(world.now(), ...began)',
    replace: 'began.length < 0 ? 0 : world.now()',
    why: 'A replacement that is folded late forgets what arrived after it meanwhile',
    kept: 1851,
  },
  {
    rule: 'replacement-is-finished',
    file: REPLACE,
    find: "=> state === 'normal' || state === 'expiring'",
    replace: "=> state !== 'replacing'",
    why: 'A replacement may fail after all its batches were accepted',
    kept: 167,
  },
  {
    rule: 'replacement-in-every-mode',
    file: EVALUATE,
    find: "ignoreLeft: order.mode === 'add_only' && !everyone,",
    replace: "ignoreLeft: order.mode === 'add_only',",
    why: 'A replacement takes out also those whom the mode would leave in',
    kept: 134,
  },
  {
    rule: 'unsettled-members-are-touched',
    file: WORKBENCH,
    find: 'raw: left.every(({ settled }) => settled) ? raw : null,',
    replace: 'raw,',
    why: 'What was not answered is never done again',
  },
  {
    rule: 'extern-id-covers-itself',
    file: 'src/core/sync/strong.ts',
    find: 'return strong === EXTERN_ID_BIT ? strong : strong & ~EXTERN_ID_BIT',
    replace: 'return strong & ~EXTERN_ID_BIT',
    why: 'A row with nothing but an EXTERN_ID is forgotten before another carries it',
    kept: 2,
  },
  {
    rule: 'ids-go-with-other-keys',
    file: 'src/sync/sent-rows.ts',
    find: 'strongBits(cells) !== EXTERN_ID_BIT',
    replace: 'strongBits(cells) !== 0',
    why: 'An EXTERN_ID alone takes out whomever it was ever sent with, who may be somebody else by now',
  },
]

export const changesOf = ({ also, ...first }: Mutant): readonly Change[] =>
  also === undefined ? [first] : [first, also]
