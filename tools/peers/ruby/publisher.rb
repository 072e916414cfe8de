# Publishes as OpenNebula's hook manager does: a PUB socket that binds, key and content in two
# frames. Argument: the address to bind, where port * means a free one. Reads
#
#   {"frames": [base64, ...]}      usually two; other numbers are for tests of bad input
#
# and prints {"kind": "ready", "version", "endpoint"}, then {"kind": "published"} for each. Ends with
# its input.

require 'ffi-rzmq'
require 'base64'
require 'json'

# How long messages may stay in the socket after the last line, for a subscriber to fetch them.
LINGER_MS = 5_000

context   = ZMQ::Context.new(1)
publisher = context.socket(ZMQ::PUB)
publisher.setsockopt(ZMQ::LINGER, LINGER_MS)
publisher.setsockopt(ZMQ::SNDHWM, 0)
abort "cannot bind #{ARGV[0]}: #{ZMQ::Util.error_string}" unless publisher.bind(ARGV[0]).zero?

bound = []
publisher.getsockopt(ZMQ::LAST_ENDPOINT, bound)

$stdout.sync = true
version = "ffi-rzmq #{ZMQ::VERSION}, libzmq #{LibZMQ.version.values.join('.')}"
puts JSON.generate(kind: 'ready', version: version, endpoint: bound[0].delete("\0"))

$stdin.each_line do |line|
  publisher.send_strings(JSON.parse(line)['frames'].map { |frame| Base64.strict_decode64(frame) })
  puts JSON.generate(kind: 'published')
end

publisher.close
context.terminate
