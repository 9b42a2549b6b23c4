/** Waits until something holds; fails where it does not within twenty seconds. @param {() => unknown} holds @param {string} what */
export async function until(holds, what) {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Longer than hits wait for company: whatever is to be sent has been sent by then. For what must not happen, or not once more, which
 * no event tells. What must happen is waited for by `until`.
 */
export const quiet = (milliseconds = 2_600) => new Promise((resolve) => setTimeout(resolve, milliseconds));
