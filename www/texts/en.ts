/**
 * The banner's words. Who, what, how long, with whom, how to withdraw, in about 40 words; phrased so that tools which refuse
 * for people recognise it.
 */
export const english = {
  /** Heading. */
  title: 'May we remember this browser?',
  /** The question; `{site}` is the site's name. */
  question:
    'We use cookies for statistics only if you accept. Then {site} sees that the same browser came back: one random number, kept 6 months, shared with nobody. Change your mind any time under Privacy choices.',
  /** The link to the policy. */
  policy: 'Privacy policy',
  /** The button that refuses. */
  reject: 'Reject',
  /** The button that agrees. */
  accept: 'Accept',
  /** The button that objects to being counted at all. */
  object: 'Count nothing about me',
  /** The control to change one's mind, and the region's label. */
  manage: 'Privacy choices',
  /** The state: not counted. */
  none: 'Now: nothing is counted.',
  /** The state: counted without cookies. */
  aggregated: 'Now: visits are counted without cookies.',
  /** The state: this browser is remembered. */
  granted: 'Now: this browser is remembered.',
  /** Beside a refusal that the browser made. */
  signal: 'Your browser says no, and we listen.',
};
