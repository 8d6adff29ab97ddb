// Runs a TensorFlow.js graph model in Node and writes its outputs: the reference of parity.py.
//
// node parity.mjs job.json   with   {"tfjs": the folder of node_modules, "model": model.json,
//   "runs": [{"input": file, "outputs": [{"name": tensor, "file": file}]}]}
// Arrays are raw little-endian float32 in TensorFlow's order of axes.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tf = createRequire(join(job.tfjs, "index.js"))("@tensorflow/tfjs");
await tf.setBackend("cpu");

function buffer(path) {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

async function load(path) {
  const content = JSON.parse(readFileSync(path, "utf8"));
  const groups = content.weightsManifest;
  const shards = groups.flatMap((group) => group.paths);
  const weights = Buffer.concat(
    shards.map((shard) => Buffer.from(buffer(join(dirname(path), shard)))),
  );
  return tf.loadGraphModel({
    load: async () => ({
      modelTopology: content.modelTopology,
      signature: content.signature ?? content.userDefinedMetadata?.signature,
      weightSpecs: groups.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
    }),
  });
}

const model = await load(job.model);
const [{ shape, dtype, name }] = model.inputs;
for (const { input, outputs } of job.runs) {
  const tensor = tf.tensor(new Float32Array(buffer(input)), shape, "float32").cast(dtype);
  const names = outputs.map((output) => output.name);
  const results = [model.execute({ [name]: tensor }, names)].flat();
  for (const [i, { file }] of outputs.entries()) {
    writeFileSync(file, Buffer.from(new Float32Array(await results[i].data()).buffer));
  }
}
