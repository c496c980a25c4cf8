# One image for every role: docker run assay api | worker-split | worker-train | worker-tune | worker-infer |
# worker-report | worker-control | local-cloud. Each is dist/<role>.js.
FROM node:24-bookworm-slim AS build
WORKDIR /assay
COPY . .
RUN npm ci --include=dev && npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /assay
COPY --from=build /assay/package.json /assay/package-lock.json ./
COPY --from=build /assay/node_modules node_modules
COPY --from=build /assay/dist dist
# What programs read at run time beside their bundles: presets, script-mode sources, pretrained weights, JumpStart scripts.
COPY --from=build /assay/packages/recipes/presets packages/recipes/presets
COPY --from=build /assay/packages/recipes/sources packages/recipes/sources
COPY --from=build /assay/packages/detector/weights packages/detector/weights
COPY --from=build /assay/apps/local-cloud/src/jumpstart/sources apps/local-cloud/src/jumpstart/sources
COPY --from=build /assay/apps/dev/bin/role.mjs /assay/apps/dev/bin/health-check.mjs apps/dev/bin/
# Only the local cloud writes to disk.
RUN install -d -o node -g node /data
USER node
EXPOSE 4000
# Programs end within 20 s of SIGTERM: they are given 15 s to hand their work back.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "apps/dev/bin/health-check.mjs"]
ENTRYPOINT ["node", "apps/dev/bin/role.mjs"]
CMD ["api"]
