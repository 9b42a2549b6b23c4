// The site's own hook: it sees each hit before it is sent, and may drop it or leave something out of it.

type Fields = Record<string, unknown>;
/** Gets a copy; returns what is to be sent of it, or nothing to drop the hit. */
export type BeforeSend = (hit: object) => unknown;

/**
 * Takes out of `hit` what `kept` does not hold. Only fields that may be missing are taken; nothing is added and no value is
 * changed, so that no hook can send more than the level allows.
 */
export function reduce(hit: Fields, kept: Fields, needed: string[] = []): void {
  for (const [name, value] of Object.entries(hit)) {
    // What a view or an event cannot be without; a property of the same name is none of them.
    if (Object(value) === value) reduce(value as Fields, Object(kept[name]) as Fields, name === 'props' ? [] : ['name', 'page']);
    else if (!(name in kept) && !needed.includes(name)) Reflect.deleteProperty(hit, name);
  }
}

/** Whether the hit is to be sent; a hook that throws drops it, since what it would have left out is not known. */
export function apply(hook: BeforeSend, hit: object): boolean {
  const kept = hook(structuredClone(hit));
  if (Object(kept) !== kept) return false;
  reduce(hit as Fields, kept as Fields);
  return true;
}
