# The subscriber of OpenNebula's documentation ("Subscriber Script" of the hook manager), printing
# JSON instead of text. Arguments: ENDPOINT, then the prefixes to subscribe (EVENT when none).
#
#   {"kind": "ready", "version": "ffi-rzmq 2.0.7, libzmq 4.3.4"}
#   {"kind": "message", "key": ..., "content": base64 as received, "text": decoded}

require 'ffi-rzmq'
require 'base64'
require 'json'

endpoint, *prefixes = ARGV
prefixes = ['EVENT'] if prefixes.empty?

@context    = ZMQ::Context.new(1)
@subscriber = @context.socket(ZMQ::SUB)

prefixes.each { |prefix| @subscriber.setsockopt(ZMQ::SUBSCRIBE, prefix) }
@subscriber.connect(endpoint)

def utf8(bytes)
  bytes.dup.force_encoding(Encoding::UTF_8).scrub
end

$stdout.sync = true
version = "ffi-rzmq #{ZMQ::VERSION}, libzmq #{LibZMQ.version.values.join('.')}"
puts JSON.generate(kind: 'ready', version: version)

key     = ''
content = ''

loop do
  @subscriber.recv_string(key)
  @subscriber.recv_string(content)

  puts JSON.generate(kind: 'message', key: utf8(key), content: utf8(content),
                     text: utf8(Base64.decode64(content)))
end
