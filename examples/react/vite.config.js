// Vite's own transformer knows JSX: no plugin is needed for a build.
export default { oxc: { jsx: { runtime: 'automatic' } } };
