// What the tests' pages have on their window.
export {};

declare global {
  interface Window {
    /** What the page's own script noted. */
    marks: string[];
    /** Layout shifts, as scores. */
    shifts: number[];
  }
}
