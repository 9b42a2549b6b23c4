// Values of properties and options as text.

/** Converts numbers, booleans and sums of money to text. */
export function text(value: unknown): unknown {
  const { amount, currency } = Object(value) as { amount?: unknown; currency?: unknown };
  if (currency) return `${Number(amount)} ${currency as string}`;
  return typeof value === 'boolean' || Number.isFinite(value) ? `${value as number}` : value;
}
