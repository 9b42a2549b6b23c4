import { init, track } from 'askfirst/core';

// The module is a file of its own then, which Vite puts beside the script. `local` is for trying it out on your own machine.
const module = new URL('askfirst/askfirst.wasm', import.meta.url);
void init({ site: 'demo', endpoint: 'http://127.0.0.1:8100', local: 'on' }, { module });

document.querySelector('#signup').addEventListener('click', () => track('signup', { plan: 'pro' }));
