/** A value made wrong at every place in turn: another type, a member missing, a member too many. */
export function* spoilt(value: unknown): Generator<unknown> {
  if (typeof value === 'string') return yield* [7, null, '', '\u0000', `${value}${'x'.repeat(1_000)}`, [value]];
  if (typeof value === 'number') return yield* ['7', null, -1, 0.5, 1e300];
  if (Array.isArray(value)) {
    yield* [{}, null, 'x', []];
    for (const item of spoilt(value[0])) yield [item];
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  yield* [null, 7, 'x', [], [value], { ...value, more: 1 }];
  for (const [name, member] of Object.entries(value)) {
    yield Object.fromEntries(Object.entries(value).filter(([at]) => at !== name));
    // What an event tells may be anything; its hash says whether it is what was signed.
    if (name === 'payload' || name === 'subjects') continue;
    for (const wrong of spoilt(member)) yield { ...value, [name]: wrong };
  }
}
