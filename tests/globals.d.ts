// What the tests' pages have on their window.
import type { AskFirst } from '../www/types';

declare global {
  interface Window {
    /** The script's, or the package's. */
    askfirst: AskFirst;
    /** What the page's own script noted. */
    marks: string[];
    attempts: number;
    /** Layout shifts, as scores. */
    shifts: number[];
  }
}
