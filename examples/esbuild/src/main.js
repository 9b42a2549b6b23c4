import { init, track } from 'askfirst';

// `local` is for trying it out on your own machine: leave it away on the site that you publish.
init({ site: 'demo', endpoint: 'http://127.0.0.1:8100', local: 'on' });

document.querySelector('#signup').addEventListener('click', () => track('signup', { plan: 'pro' }));
