// What a ViT costs: the formulas of vitlib/cost.py, in whole numbers of any size, for
// models with a class token, learned positions and biases of q, k and v.

const EXPLICIT = { least: 17n, most: 40n, width: 24n }; // as in vitlib/attention.py
const BYTES = 4n; // of a number in float32

// As Python rounds: what ends in a half, to the even neighbour.
export function rounded(number) {
  const up = Math.round(number);
  return up - number === 0.5 && up % 2 ? up - 1 : up;
}

// The numbers that the formulas are made of.
export function sizesOf(settings) {
  const { patch_size, embed_dim, mlp_ratio } = settings;
  const whole = (name) => BigInt(settings[name]);
  const size = whole("patch_size");
  const rows = whole("image_height") / size;
  const columns = whole("image_width") / size;
  return {
    patches: rows * columns,
    pixels: whole("in_chans") * BigInt(patch_size) ** 2n,
    tokens: rows * columns + 1n,
    width: whole("embed_dim"),
    hidden: BigInt(rounded(embed_dim * mlp_ratio)),
    heads: whole("num_heads"),
    depth: whole("depth"),
    classes: whole("num_classes"),
  };
}

export const total = (parts) => Object.values(parts).reduce((sum, n) => sum + n, 0n);

export function parameters(settings) {
  const { pixels, tokens, width: d, hidden: m, depth, classes } = sizesOf(settings);
  return {
    patch_embed: pixels * d + d,
    cls_token: d,
    pos_embed: tokens * d,
    norm1: depth * 2n * d,
    "attn.qkv": depth * 3n * (d * d + d),
    "attn.proj": depth * (d * d + d),
    norm2: depth * 2n * d,
    "mlp.fc1": depth * (d * m + m),
    "mlp.fc2": depth * (m * d + d),
    norm: 2n * d,
    head: d * classes + classes,
  };
}

// Of one image, all rows computed.
export function multiplyAdds(settings) {
  const sizes = sizesOf(settings);
  const { tokens: n, width: d, hidden: m, depth } = sizes;
  return {
    patch_embed: sizes.patches * sizes.pixels * d,
    "attn.qkv": depth * 3n * n * d * d,
    scores: depth * n * n * d,
    means: depth * n * n * d,
    "attn.proj": depth * n * d * d,
    "mlp.fc1": depth * n * d * m,
    "mlp.fc2": depth * n * m * d,
    head: d * sizes.classes,
  };
}

// Numbers in the attention weights of one image.
export function attentionMaps(settings) {
  const { depth, heads, tokens } = sizesOf(settings);
  return depth * heads * tokens ** 2n;
}

// Whether vitlib's attention makes the weights, and keeps them in training: it does so
// where the fused kernel's gradient is slow.
export function isExplicit(settings) {
  const { tokens, width, heads } = sizesOf(settings);
  const few = tokens >= EXPLICIT.least && tokens <= EXPLICIT.most;
  return few && width / heads <= EXPLICIT.width;
}

// Numbers kept for one image until its gradient; in the last block one row goes on.
export function activations(settings) {
  const sizes = sizesOf(settings);
  const { tokens: n, width: d, heads: h, depth } = sizes;
  const whole = depth - 1n;
  const rows = whole * n + 1n;
  const scores = isExplicit(settings) ? n : 1n;
  return {
    patch_embed: sizes.patches * sizes.pixels,
    norm1: depth * n * (d + 2n),
    "attn.qkv": depth * n * d,
    attention: whole * n * (3n * d + h * scores) + d + 2n * h * d + h * n,
    "attn.proj": rows * d,
    norm2: rows * (d + 2n),
    mlp: rows * (d + 2n * sizes.hidden),
    norm: d + 2n,
    head: sizes.classes ? d : 0n,
  };
}

// Bytes that training holds, a batch's activations among them.
export function trainingMemory(settings) {
  const learned = BYTES * total(parameters(settings));
  const kept = total(activations(settings));
  return {
    weights: learned,
    gradients: learned,
    optimizer: 2n * learned,
    activations: BYTES * BigInt(settings.batch) * kept,
  };
}

// Bytes that a batch's attention weights would take.
export const attentionMemory = (settings) =>
  BYTES * BigInt(settings.batch) * attentionMaps(settings);

// The shapes of what passes through the model, for one image.
export function shapes(settings) {
  const { image_height, image_width, in_chans } = settings;
  const { patches, pixels, tokens, width, ...more } = sizesOf(settings);
  const { heads, hidden, classes } = more;
  const stream = [tokens, width];
  return {
    picture: [in_chans, image_height, image_width].map(BigInt),
    patches: [patches, pixels],
    tokens: [patches, width],
    "class token": stream,
    positions: stream,
    heads: [heads, tokens, width / heads],
    weights: [heads, tokens, tokens],
    hidden: [tokens, hidden],
    stream,
    head: [classes || width],
  };
}
