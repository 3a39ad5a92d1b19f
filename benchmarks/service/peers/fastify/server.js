// The peer fastify with sharp: what metadata() gives, one process a core.

import cluster from "node:cluster";
import fastify from "fastify";
import sharp from "sharp";

const [port, workers] = process.argv.slice(2).map(Number);

if (cluster.isPrimary && workers > 1) {
  for (let number = 0; number < workers; number += 1) {
    cluster.fork();
  }
} else {
  const app = fastify({ bodyLimit: 26214400 });
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => done(null, body));
  app.post("/api/images", async (request, reply) => {
    const { exif, icc, xmp, iptc, ...facts } = await sharp(request.body).metadata();
    return reply.code(201).send(facts);
  });
  await app.listen({ host: "127.0.0.1", port });
}
