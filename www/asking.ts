// The module of askfirst.js: it counts, asks, and takes a no.
export { core } from 'askfirst:glue';
export { bytes } from 'askfirst:payload';
