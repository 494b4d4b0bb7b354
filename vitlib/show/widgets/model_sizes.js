// Whether a model that a page describes can be run.

// The weights; raises if a config's sizes are others, with which loops could be endless.
export function checked(config, weights) {
  const { channels, height, width, patch, patches, dim, hidden, depth, heads } = config;
  const area = patch[0] * patch[1];
  const count = (name) => weights[name]?.length;
  const fits = [
    count("cls_token") === dim,
    count("patch_embed.proj.weight") === dim * channels * area,
    patches * area === height * width,
    [undefined, (patches + 1) * dim].includes(count("pos_embed")),
    count(`blocks.${depth - 1}.mlp.fc1.weight`) === dim * hidden,
    dim % heads === 0,
  ];
  if (!fits.every(Boolean)) throw new Error("the weights are not those of their config");
  return weights;
}
