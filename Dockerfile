# Viaduct, the broker. Two more targets beside the last one: `build` (everything compiled) and
# `opennebula-simulator` (what docker-compose.yml shows the broker with).
#
#     docker build -t viaduct .
#     docker run -p 127.0.0.1:8080:8080 -p 1162:1162/udp -v viaduct:/data viaduct

FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /src
# Manifests first: dependencies are installed anew only when one of them has changed.
COPY package.json package-lock.json .npmrc ./
COPY packages/amqp/package.json packages/amqp/
COPY packages/bonfire/package.json packages/bonfire/
COPY packages/cloudevents/package.json packages/cloudevents/
COPY packages/cloudify/package.json packages/cloudify/
COPY packages/core/package.json packages/core/
COPY packages/engine/package.json packages/engine/
COPY packages/journal/package.json packages/journal/
COPY packages/opennebula/package.json packages/opennebula/
COPY packages/oslo/package.json packages/oslo/
COPY packages/routing/package.json packages/routing/
COPY packages/snmp/package.json packages/snmp/
COPY packages/testkit/package.json packages/testkit/
COPY packages/translation/package.json packages/translation/
COPY apps/broker/package.json apps/broker/
COPY apps/console/package.json apps/console/
# No package's install script is needed: compilers and ZeroMQ come as binaries of their packages.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && node tools/container/assemble.ts /app

FROM build AS opennebula-simulator
USER 1000:1000
CMD ["node", "--conditions=@viaduct/source", "tools/demo/opennebula-simulator.ts", "2101", "0.0.0.0"]

FROM docker.io/library/node:24-bookworm-slim
LABEL org.opencontainers.image.title="Viaduct" \
      org.opencontainers.image.description="An event broker for infrastructure" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /app /app
COPY deploy/container/viaduct.yaml /etc/viaduct/viaduct.yaml
RUN ln -s /app/node_modules/@viaduct/broker/bin/viaduct.js /usr/local/bin/viaduct \
 && mkdir -m 0700 /data \
 && chown 1000:1000 /data
ENV NODE_ENV=production \
    VIADUCT_CONFIG=/etc/viaduct/viaduct.yaml
USER 1000:1000
WORKDIR /data
VOLUME /data
# The admin API; traps and informs.
EXPOSE 8080/tcp 1162/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["viaduct", "health"]
ENTRYPOINT ["viaduct"]
CMD ["run"]
