// The visitor's choice.
import { path } from './count';
import { LEVELS, Wire } from './facts';
import { call, core, joinTexts } from './module';
import type { Level, Status } from './types';
import { language } from './words';

/** The current choice. */
export const status = (): Status | undefined => call(() => core.status());

/** Grants a level, and returns whether it was granted. Without `asked`, the site's own banner or another tool asked. */
export const grant = (level: Level, byVisitor?: boolean, asked?: string): boolean =>
  call(() => {
    // Whether a person just acted. If the browser does not tell, trust the site.
    byVisitor ??= (navigator.userActivation as UserActivation | undefined)?.isActive ?? true;
    const tag = asked === undefined ? document.documentElement.lang.slice(0, Wire.LanguageTag) || 'und' : language;
    // The collector accepts one line.
    const texts = joinTexts(path(), tag, asked?.replace(/\s+/g, ' ').slice(0, Wire.QuestionText));
    return core.grant(LEVELS.indexOf(level), texts, byVisitor, asked !== undefined);
  }) ?? false;

/** Rejects, or withdraws. `how` may be the page's own object: reading it may throw. */
export const deny = (how?: { everything?: boolean }): void => call(() => core.deny(Boolean(how?.everything)));
