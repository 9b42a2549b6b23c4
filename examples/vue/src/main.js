import { createApp } from 'vue';
import { askfirst } from 'askfirst/vue';
import Shop from './Shop.vue';

// `local` is for trying it out on your own machine: leave it away on the site that you publish.
createApp(Shop).use(askfirst, { site: 'demo', endpoint: 'http://127.0.0.1:8100', local: 'on' }).mount('main');
