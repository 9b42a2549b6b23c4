// The types, against what they are the types of: they are written by hand, for people.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { glue as made } from '../../scripts/lib/module.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { pack, putInto } from './lib/tarball.mjs';

const folder = mkdtempSync(join(tmpdir(), 'askfirst-types-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const dist = (/** @type {string} */ name) => join(root, 'dist', name);
/** The entries that have types. */
const ENTRIES = ['index', 'core', 'react', 'vue'];
const program = ts.createProgram(
  [...ENTRIES.map((name) => dist(`${name}.d.ts`)), join(root, 'www', 'glue.d.ts'), join(root, 'www', 'capture.ts')],
  { strict: true, moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
);
const checker = program.getTypeChecker();
/** @param {string} path */
const source = (path) => program.getSourceFile(path) ?? assert.fail(`${path} is not read`);
/** @param {ts.Symbol} symbol */
const said = (symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker));

/** What a declaration file exports, types aside. @param {string} path */
function values(path) {
  const module = checker.getSymbolAtLocation(source(path)) ?? assert.fail(`${path} exports nothing`);
  return checker.getExportsOfModule(module).filter(({ flags }) => flags & ts.SymbolFlags.Value);
}

/** Holds a declared function against the real one: so many arguments has it, with and without those that may be left away. @param {ts.Type} type @param {unknown} real @param {string} name */
function sameShape(type, real, name) {
  const [signature, ...more] = type.getCallSignatures();
  if (!signature) {
    const members = type.getProperties();
    assert.deepEqual(members.map((member) => member.name).sort(), Object.keys(Object(real)).sort(), name);
    for (const member of members) sameShape(checker.getTypeOfSymbol(member), Object(real)[member.name], `${name}.${member.name}`);
    return;
  }
  assert.equal(more.length, 0, name);
  assert.ok(typeof real === 'function', `${name} is a function`);
  const declared = signature.parameters.map((one) => /** @type {ts.ParameterDeclaration} */ (one.valueDeclaration));
  const optional = declared.filter((one) => checker.isOptionalParameter(one));
  // A rest parameter is a tuple here.
  const inRest = (/** @type {ts.ParameterDeclaration} */ one) =>
    one.dotDotDotToken ? checker.getTypeArguments(/** @type {ts.TypeReference} */ (checker.getTypeAtLocation(one))).length : 1;
  const most = declared.reduce((sum, one) => sum + inRest(one), 0);
  const least = most - optional.length;
  assert.ok(least <= real.length && real.length <= most, `${name} takes ${real.length} arguments, not ${least} to ${most}`);
}

for (const name of ['index', 'core']) {
  test(`${name}: each function that is declared is there, takes what is declared, and there are no others`, async () => {
    const real = await import(pathToFileURL(dist(`${name}.js`)).href);
    const declared = values(dist(`${name}.d.ts`));
    assert.deepEqual(declared.map((symbol) => symbol.name).sort(), Object.keys(real).sort());
    for (const symbol of declared) sameShape(checker.getTypeOfSymbol(symbol), real[symbol.name], symbol.name);
  });
}

for (const name of ['react', 'vue']) {
  test(`${name}: it exports what is declared, and nothing else`, async () => {
    const { build } = await import('esbuild');
    const options = { entryPoints: [dist(`${name}.js`)], bundle: true, format: 'esm', write: false, metafile: true, outdir: folder };
    const { metafile } = await build({ .../** @type {import('esbuild').BuildOptions & { metafile: true }} */ (options), external: ['*'] });
    const exported = Object.values(metafile.outputs).flatMap((output) => output.exports);
    assert.deepEqual(
      values(dist(`${name}.d.ts`))
        .map((symbol) => symbol.name)
        .sort(),
      exported.sort(),
    );
  });
}

test('every function, every option and every member is described where an editor shows it', () => {
  const described = ENTRIES.flatMap((name) => values(dist(`${name}.d.ts`)));
  for (const statement of source(dist('index.d.ts')).statements) {
    if (!ts.isInterfaceDeclaration(statement)) continue;
    const members = checker.getTypeAtLocation(statement).getProperties();
    // An amount of money says what it is.
    described.push(...members.filter((member) => member.name !== 'amount'));
  }
  assert.ok(described.length > 50);
  assert.deepEqual(
    described.filter((symbol) => !said(symbol)).map((symbol) => symbol.name),
    [],
  );
});

/** The names in an object literal of a source file. @param {string} path @param {string} variable */
function keysOf(path, variable) {
  const found = source(path)
    .statements.filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .find((one) => one.name.getText() === variable)?.initializer;
  const literal = found && ts.isAsExpression(found) ? found.expression : found;
  assert.ok(literal && ts.isObjectLiteralExpression(literal), `${variable} in ${path}`);
  return literal.properties.map((property) => property.name?.getText() ?? '');
}

test('the options that are declared are those that are read, and stand in the documentation', () => {
  const options = source(dist('index.d.ts')).statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'Options',
  );
  const declared = checker.getTypeAtLocation(options ?? assert.fail('there are no Options')).getProperties();
  const names = declared.map((symbol) => symbol.name);
  const read = [...keysOf(join(root, 'www', 'facts.ts'), 'OPTIONS'), 'texts', 'local', ...keysOf(join(root, 'www', 'capture.ts'), 'RIGHT')];
  assert.deepEqual([...names].sort(), read.sort());
  const documented = ['install', 'capture'].map((name) => readFileSync(join(root, 'docs', `${name}.md`), 'utf8')).join('');
  const attribute = (/** @type {string} */ name) => `data-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  assert.deepEqual(
    names.filter((name) => !documented.includes(attribute(name))),
    [],
  );
});

test('what is called in the module is there, and takes as many arguments', async () => {
  const { core } = await import(pathToFileURL(made).href);
  const declared = checker.getAmbientModules().find((module) => module.name === '"askfirst:glue"') ?? assert.fail('glue.d.ts');
  const glue = checker.getExportsOfModule(declared).find(({ name }) => name === 'Glue') ?? assert.fail('there is no Glue');
  const functions = checker.getDeclaredTypeOfSymbol(glue).getProperties();
  assert.ok(functions.length > 8);
  for (const symbol of functions) {
    sameShape(checker.getNonNullableType(checker.getTypeOfSymbol(symbol)), core[symbol.name], symbol.name);
  }
});

test('every way to import it finds types that fit: by Node, from ES modules and CommonJS, and by bundlers', async () => {
  const tarball = await pack(folder);
  const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (!checked.types) throw new Error('there are no types');
  const entries = ENTRIES.map((name) => (name === 'index' ? '.' : `./${name}`));
  assert.deepEqual(
    Object.keys(checked.entrypoints).filter((entry) => checked.entrypoints[entry]?.hasTypes),
    entries,
  );
  // TypeScript's resolution of that name is older than `exports`, and knows no entry but the main one.
  const problems = checked.problems.filter(
    (problem) => !('entrypoint' in problem) || (entries.includes(problem.entrypoint) && problem.resolutionKind !== 'node10'),
  );
  assert.deepEqual(problems, []);
  const { messages, pkg } = await publint({ pkgDir: await putInto(folder), strict: true, pack: false });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});
