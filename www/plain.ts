// The whole module as plain JavaScript: askfirst-plain.js, loaded where WebAssembly is forbidden.
import { plain } from 'askfirst:plain-module';
import { core } from './whole';

core.initSync(plain);
export { core };
