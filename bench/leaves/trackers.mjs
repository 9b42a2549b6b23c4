// The trackers that are left, as the conformance cases run them, and how an event is fired in each.
import { AskFirst } from '../../tests/conformance/trackers/askfirst.mjs';
import { Plausible } from '../../tests/conformance/trackers/plausible.mjs';
import { PostHog } from '../../tests/conformance/trackers/posthog.mjs';

/**
 * @typedef {object} Side
 * @property {string} name
 * @property {AskFirst | Plausible | PostHog} tracker
 * @property {boolean} consents whether its visitor says yes before
 * @property {string} fire what fires the event of one leave, whose mark is `mark`
 */

/** Ours twice: a visitor who was not asked yet, and one who said yes. @returns {Side[]} */
export function sides() {
  const ours = new AskFirst();
  return [
    { name: 'askfirst, aggregated', tracker: ours, consents: false, fire: "askfirst.track('signup', { leave: mark })" },
    { name: 'askfirst, anonymous', tracker: ours, consents: true, fire: "askfirst.track('signup', { leave: mark })" },
    { name: 'Plausible', tracker: new Plausible(), consents: false, fire: "plausible('signup', { props: { leave: mark } })" },
    { name: 'PostHog', tracker: new PostHog(), consents: false, fire: "posthog.capture('signup', { leave: mark })" },
  ];
}

/** A page whose link fires the event when it is clicked. @param {string} fire */
export const head = (fire) => `<script>
      window.fire = (mark) => ${fire};
      addEventListener('DOMContentLoaded', () => {
        document.querySelector('#next').addEventListener('click', () => fire(window.mark));
      });
    </script>`;

/** Whether a real collector has it on disk. @param {import('../../tests/e2e/lib/front.mjs').Message} message */
const taken = ({ path, status }) => path === '/collect' && status === 202;

/** The marks of all events that arrived. @param {Side} side */
export function marks({ tracker }) {
  const bodies = tracker instanceof AskFirst ? tracker.front.posts.filter(taken) : tracker.recorder.requests;
  return new Set(bodies.flatMap(({ body }) => [...body.matchAll(/"leave":\s*"(\w+)"/g)].map(([, mark]) => mark)));
}
