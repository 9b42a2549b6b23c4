// The whole module: askfirst-agreed.js, loaded when the visitor agrees, and where an earlier yes stands.
import { bytes, core } from './whole';

core.initSync(bytes());
export { core };
