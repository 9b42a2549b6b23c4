// The module as plain JavaScript: askfirst-plain.js, loaded if WebAssembly is forbidden.
export { plain } from 'askfirst:plain-module';
