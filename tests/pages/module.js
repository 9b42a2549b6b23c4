import * as askfirst from '/dist/index.js';

// For the tests to look at; the package itself sets nothing on the window.
window.marks.push(`global: ${typeof window.askfirst}`);
window.askfirst = askfirst;
askfirst.init({ site: 'shop.example', endpoint: '{{origin}}', level: 'full', local: 'on', policy: '/policy', policyNumber: 2 });
askfirst.track('signup', { plan: 'pro' });
