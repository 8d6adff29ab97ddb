// Runs a TensorFlow.js graph model in Node and writes its outputs: the reference of parity.py.
//
// node parity.mjs job.json   with   {"tfjs": folder of node_modules, "model": model.json,
//   "input": {"name", "dtype", "shape", "file"}, "outputs": [{"name", "file"}]}
// Arrays are raw little-endian float32 in TensorFlow's order of axes.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const jobs = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tf = createRequire(join(jobs.tfjs, "node_modules", "x.js"))("@tensorflow/tfjs");
await tf.setBackend("cpu");

function floats(path) {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

async function load(path) {
  const content = JSON.parse(readFileSync(path, "utf8"));
  const shards = content.weightsManifest.flatMap((group) => group.paths);
  const weights = Buffer.concat(shards.map((shard) => readFileSync(join(dirname(path), shard))));
  return tf.loadGraphModel({
    load: async () => ({
      modelTopology: content.modelTopology,
      signature: content.signature ?? content.userDefinedMetadata?.signature,
      weightSpecs: content.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
    }),
  });
}

const model = await load(jobs.model);
for (const { input, outputs } of jobs.runs) {
  const tensor = tf.tensor(floats(input.file), input.shape, "float32").cast(input.dtype);
  const results = model.execute({ [input.name]: tensor }, outputs.map((output) => output.name));
  const list = Array.isArray(results) ? results : [results];
  for (let i = 0; i < outputs.length; i += 1) {
    writeFileSync(outputs[i].file, Buffer.from(new Float32Array(await list[i].data()).buffer));
  }
}
