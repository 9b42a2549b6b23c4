// What docs/migrate/ says that others' names become here: every name and value of ours is real.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import MarkdownIt from 'markdown-it';
import ts from 'typescript';
import { collector as program } from '../../scripts/lib/collector.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { Collector } from '../e2e/lib/collector.mjs';

/** @param {string} path */
const read = (path) => readFileSync(join(root, path), 'utf8');
const PAGES = ['docs/migrate.md', ...readdirSync(join(root, 'docs', 'migrate')).map((name) => `docs/migrate/${name}`)];

/** What stands as code outside the first columns of tables, which are the others'; and in the columns that are ours alone. @param {string} page */
function spans(page) {
  /** @type {{ all: string[], column: string[] }} */
  const found = { all: [], column: [] };
  let [column, ours] = [0, -1];
  for (const token of new MarkdownIt().parse(read(page), {})) {
    if (token.type === 'tr_open') column = -1;
    if (token.type === 'th_open' || token.type === 'td_open') column += 1;
    if (token.type === 'table_close') [column, ours] = [0, -1];
    if (token.content === 'askfirst' && column > 0) ours = column;
    if (token.type !== 'inline' || (ours > 0 && column === 0)) continue;
    const code = (token.children ?? []).filter(({ type }) => type === 'code_inline').map(({ content }) => content);
    found.all.push(...code);
    if (column === ours) found.column.push(...code);
  }
  return found;
}

/** What TypeScript finds wrong where `lines` are said to the API. @param {string[]} lines */
function refused(lines) {
  const folder = mkdtempSync(join(tmpdir(), 'askfirst-names-'));
  try {
    const file = join(folder, 'names.ts');
    const head = `import type { AskFirst, Options, Props } from ${JSON.stringify(join(root, 'www', 'types'))};
declare const { init, track, page, identify, reset, forget, sent, consent }: AskFirst; declare const subject: string; declare const traits: Props;
export const options: Partial<Options>[] = []; export { init, track, page, identify, reset, forget, sent, consent, subject, traits };\n`;
    writeFileSync(file, head + lines.map((line) => `${line};\n`).join(''));
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      module: ts.ModuleKind.ESNext,
    };
    const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options));
    return found.map(({ messageText, start = 0, length }) => {
      const place = `${head}${lines.map((line) => `${line};\n`).join('')}`.slice(start, start + (length ?? 0));
      return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ATTRIBUTE = /^data-(?!askfirst)([\w-]+)(?:="(.*)")?$/;
/** @param {string} name `before-choice` */
const camel = (name) => name.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
/** An option in a tag, as what it would be in `init`. @param {string} span */
function option(span) {
  const [, name = '', value] = ATTRIBUTE.exec(span) ?? [];
  const given = value === undefined ? 'undefined' : JSON.stringify(value);
  return `options.push({ ${camel(name)}: ${given} })`;
}

/** Attributes of elements, as www/capture/ reads them: `data-askfirst-prop-` with any name. */
const ELEMENT = new Set(
  ['capture.ts', ...readdirSync(join(root, 'www', 'capture')).map((name) => `capture/${name}`)].flatMap((name) => {
    const source = read(`www/${name}`);
    const inScript = Array.from(source.matchAll(/dataset\.(askfirst\w+)/g), ([, key = '']) =>
      key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    );
    return [...inScript.map((key) => `data-${key}`), ...(source.match(/data-askfirst-\w+/g) ?? [])];
  }),
);
const WORDS = /** @type {string[]} */ (/export const CAPTURE = \[([^\]]+)\]/.exec(read('www/facts.ts'))?.[1]?.match(/\w+/g) ?? []);
const EMITS = ['www/browser.ts', 'www/api.ts'].map(read).join('\n');
const EXAMPLE = read('crates/collector/askfirst.example.toml');
const HELP = execFileSync(program, ['report', '--help'], { encoding: 'utf8' });
const DIMENSIONS = /One of ([^[]+)/.exec(HELP)?.[1]?.trim().split(', ') ?? [];

/** Whether a name that is no option, call or path is one of ours. @param {string} span */
function isOurs(span) {
  const element = /^(data-askfirst-[a-z]+)(?:-[\w-]+)?(?:="[^"]*")?$/.exec(span)?.[1];
  if (element) return ELEMENT.has(element) || element === 'data-askfirst-prop';
  const dimension = /^(?:askfirst-collector report )?--by (\S+)$/.exec(span)?.[1];
  if (dimension) return DIMENSIONS.includes(dimension.replace(/^prop\..+/, 'prop.<name>'));
  const [, command = '', options = ''] = /^askfirst-collector (\w+)(.*)$/.exec(span) ?? [];
  if (command) {
    const { stdout, status } = spawnSync(program, [command, '--help'], { encoding: 'utf8' });
    const format = / --format (\w+)/.exec(options)?.[1];
    const given = options.match(/--[\w-]+/g) ?? [];
    return status === 0 && given.every((option) => stdout.includes(` ${option} `)) && (!format || stdout.includes(format));
  }
  if (span.startsWith('askfirst:')) return new RegExp(`emit\\(['"]${span.slice('askfirst:'.length)}['"]`).test(EMITS);
  if (span === 'beforeSend') return !refused([`options.push({ ${span}: undefined })`]).length;
  return EXAMPLE.split('\n').some((line) => line.replace(/^#= /, '').startsWith(span.startsWith('[') ? span : `${span} = `));
}

const columns = PAGES.flatMap((page) => spans(page).column);
const calls = columns.filter((span) => /^(consent\.)?\w+\(.*\)$/.test(span));
const paths = columns.filter((span) => span.startsWith('/'));

test('the tables are there', () => {
  assert.ok(PAGES.length > 5 && calls.length > 30 && paths.length > 5, `${PAGES.length}, ${calls.length}, ${paths.length}`);
  assert.ok(WORDS.length > 5 && DIMENSIONS.length > 10 && ELEMENT.size > 3);
});

test('every call fits the types', () => assert.deepEqual(refused(calls), []));

test('every option of the tag is one, with a value that it takes', () => {
  const options = PAGES.flatMap((page) => spans(page).all).filter((span) => ATTRIBUTE.test(span));
  assert.ok(options.length > 50);
  assert.deepEqual(refused(options.map(option)), []);
  for (const span of options) {
    const words = /^data-capture="(.*)"$/.exec(span)?.[1]?.split(' ') ?? [];
    for (const word of words) assert.ok(WORDS.includes(word), span);
  }
});

test('every other name in the column that is ours is an attribute, a key, a dimension or an event of ours', () => {
  const others = columns.filter((span) => !ATTRIBUTE.test(span) && !calls.includes(span) && !paths.includes(span));
  assert.ok(others.length > 20);
  assert.deepEqual(
    others.filter((span) => !isOurs(span)),
    [],
  );
});

test('every path is answered by the collector', async (t) => {
  const collector = new Collector();
  t.after(() => collector.remove());
  await collector.start();
  for (const path of new Set(paths)) {
    const get = await fetch(collector.private + path);
    const post = await fetch(collector.public + path, { method: 'POST', body: '{}' });
    assert.ok(get.status !== 404 || post.status !== 404, path);
  }
});

test('a name that is not ours is found', () => {
  assert.equal(refused(["trak('x')", "consent.grant('all')", option('data-levle'), option('data-level="all"')]).length, 4);
  for (const span of [
    'data-askfirst-evnt="x"',
    '--by colour',
    'evnts',
    '[site.prop]',
    'askfirst:snt',
    'askfirst-collector report --format xml',
    'askfirst-collector forget --site x',
    'askfirst-collector report --sit x',
  ])
    assert.equal(isOurs(span), false, span);
});

test('every option stands in the documentation', () => {
  const source = ts.createSourceFile('types.d.ts', read('www/types.d.ts'), ts.ScriptTarget.Latest);
  const options = source.statements.find((statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'Options');
  assert.ok(options && ts.isInterfaceDeclaration(options) && options.members.length > 20);
  const told = read('docs/install.md') + read('docs/capture.md');
  for (const { name } of options.members) {
    const attribute = `data-${/** @type {import('typescript').Identifier} */ (name).text.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    assert.match(told, new RegExp(`\`${attribute}["=\`]`), attribute);
  }
});
