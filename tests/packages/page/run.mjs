// Runs the page's checks. Somebody may do something, or the document was not read.
import { readFileSync } from "node:fs";

const bytes = readFileSync(process.argv[2]);
const { instance } = await WebAssembly.instantiate(bytes, {});
const allowed = instance.exports.allowed();
console.log(`${allowed} permissions allowed, ${bytes.length} bytes`);
if (allowed <= 0) process.exit(1);
