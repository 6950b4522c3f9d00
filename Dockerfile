# One image, one process. The data folder (/data) holds the embedded database, the keyring and the files; with DATABASE_URL and S3_* only the keyring.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && node_modules/.bin/node scripts/build-web.ts && npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build --chown=node:node /app /app
RUN mkdir /data && chown node:node /data
USER node
ENV KEEPWORD_HOST=0.0.0.0 KEEPWORD_DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["./keepword", "start"]
