// What the tests ask of a browser, whichever it is. Names and selectors are Playwright's, whose pages are such tabs as they are;
// `askfirst-preferences …` reaches into its shadow root.

export interface Frame {
  evaluate<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  evaluate<Result, Argument>(work: (argument: Argument) => Result | Promise<Result>, argument: Argument): Promise<Result>;
  /** Presses an element as a person does, as soon as it is there and stands still; with `force` where it is now. */
  click(selector: string, options?: { force?: boolean }): Promise<void>;
}

export interface Tab extends Frame {
  /** Resolves when the page is loaded; with `commit` as soon as it is another one. */
  goto(address: string, options?: { waitUntil?: 'commit' }): Promise<unknown>;
  reload(): Promise<unknown>;
  goBack(): Promise<unknown>;
  bringToFront(): Promise<void>;
  close(): Promise<void>;
  /** The open one first, and what is shown in it. */
  frames(): Frame[];
  waitForURL(address: string): Promise<void>;
  /** Resolves when such an element can be seen. */
  waitForSelector(selector: string): Promise<unknown>;
  waitForFunction(holds: () => unknown): Promise<unknown>;
  focus(selector: string): Promise<void>;
  isVisible(selector: string): Promise<boolean>;
  innerText(selector: string): Promise<string>;
  inputValue(selector: string): Promise<string>;
  getAttribute(selector: string, name: string): Promise<string | null>;
  $eval<Result>(selector: string, work: (element: HTMLElement) => Result): Promise<Result>;
  $$eval<Result>(selector: string, work: (elements: HTMLElement[]) => Result): Promise<Result>;
  keyboard: {
    /** A key, or several at once: `Shift+Tab`. */
    press(key: string): Promise<void>;
    type(text: string, options?: { delay?: number }): Promise<void>;
  };
  mouse: {
    move(x: number, y: number): Promise<void>;
    wheel(x: number, y: number): Promise<void>;
  };
}

export interface Cookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  /** Seconds since 1970, or -1. */
  expires: number;
  httpOnly?: boolean;
  secure: boolean;
  sameSite?: string;
}

/** A profile of its own, empty at first. */
export interface Profile {
  newPage(): Promise<Tab>;
  /** Runs in every document before the page's own scripts. */
  addInitScript<Argument>(script: string | ((argument: Argument) => unknown), argument?: Argument): Promise<unknown>;
  cookies(): Promise<Cookie[]>;
  addCookies(cookies: { name: string; value: string; url: string }[]): Promise<void>;
  close(): Promise<void>;
}

export interface Wishes {
  viewport?: { width: number; height: number };
  hasTouch?: boolean;
  colorScheme?: 'light' | 'dark';
  forcedColors?: 'active';
  /** Of every request. */
  extraHTTPHeaders?: Record<string, string>;
  /** Firefox's own settings, by their names. */
  preferences?: Record<string, string | number | boolean>;
}

/** What the pages of a profile say, each list as it grows. */
export interface Heard {
  /** What the consoles said, as `warning: …`. */
  console: string[];
  /** What was thrown and not caught. */
  errors: string[];
  /** Addresses of everything that was asked for, the pages' own too. */
  requests: string[];
  /** Requests that failed, in Chromium; not those whose answer was still being read when the page was left. */
  failures: string[];
}

export interface Engine {
  name: 'Chromium' | 'Firefox';
  /** Why it cannot be had; false where it can. */
  missing: string | false;
  profile(wishes: Wishes, heard: Heard): Promise<Profile>;
  /** What the tab downloads because of the act. */
  download(tab: Tab, act: () => Promise<unknown>): Promise<{ name: string; text: string }>;
  /** Empties the tab's profile of what these origins keep in it, where the browser can. */
  empty?(tab: Tab, origins: string[]): Promise<void>;
  end(): Promise<void>;
}
