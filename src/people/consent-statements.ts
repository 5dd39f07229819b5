interface Statement {
  /** A list of categories, as JSON. */
  readonly value: string
  readonly time: number
  readonly received: number
  readonly id: string
}

/**
 * What people said of their consent in some messages. Clients say it with each of them, so only what begins or ends a time of
 * saying the same is kept: the last of all is among it, whatever comes later.
 */
export class ConsentStatements {
  readonly #said = new Map<string, Statement[]>()

  add(person: string, statement: Statement): void {
    const said = this.#said.get(person)
    if (said === undefined) this.#said.set(person, [statement])
    else said.push(statement)
  }

  *telling(): Generator<Statement & { readonly person: string }> {
    for (const [person, said] of this.#said) {
      const inTime = said.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1))
      for (const [place, statement] of inTime.entries()) {
        const around = [inTime[place - 1], inTime[place + 1]]
        if (around.some((other) => other?.value !== statement.value)) yield { person, ...statement }
      }
    }
  }
}
