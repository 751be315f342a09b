// Parses the AsyncAPI document with AsyncAPI's own parser, and makes sure that the parser would find something: the same document with one message
// taken away must not parse.
import { Parser } from '@asyncapi/parser';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = process.argv[2] ?? fileURLToPath(new URL('../../docs/api/asyncapi.yaml', import.meta.url));
const text = readFileSync(file, 'utf8');

async function parse(source) {
  const { document, diagnostics } = await new Parser().parse(source);
  return { document, errors: diagnostics.filter((diagnostic) => diagnostic.severity === 0) };
}

const { document, errors } = await parse(text);
errors.forEach((error) => console.log(`${error.path.join('/')}: ${error.message}`));
const planted = await parse(text.replace(/^ {4}io\.ordersystem\.order\.placed\.v1:$/m, '    io.ordersystem.order.elsewhere.v1:'));
if (!document || errors.length > 0 || planted.errors.length === 0) {
  console.log('NOT PARSED, or the planted fault was not found');
  process.exit(1);
}
console.log(
  `AsyncAPI ${document.version()}: ${document.channels().length} channels, ${document.operations().length} operations, ` +
    `${document.messages().length} messages, no error; a message taken away: ${planted.errors.length} errors`,
);
