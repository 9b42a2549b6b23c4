// The banner's style sheet, as it is put into the script.
import { transform } from 'esbuild';

/**
 * Compacted, with `!important` at each declaration: inside a shadow root that wins over every style of the page, and the
 * source can stay readable without it.
 * @param {string} style
 */
export async function important(style) {
  const { code } = await transform(style, { loader: 'css', minify: true, legalComments: 'none' });
  return code.trim().replaceAll(/[^{}](?=[;}])/g, '$&!important');
}
