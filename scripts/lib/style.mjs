// Style sheets, as they are put into the scripts.
/** Compacted. @param {string} style */
export async function compact(style) {
  // Only now: a fresh checkout installs it first.
  const { transform } = await import('esbuild');
  const { code } = await transform(style, { loader: 'css', minify: true, legalComments: 'none' });
  return code.trim();
}

/**
 * The same with `!important` at each declaration: inside a shadow root that wins over every style of the page, and the source
 * can stay readable without it.
 * @param {string} style
 */
export async function important(style) {
  return (await compact(style)).replaceAll(/[^{}](?=[;}])/g, '$&!important');
}
