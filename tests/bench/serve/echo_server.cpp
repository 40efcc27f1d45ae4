// The limit: one thread, epoll, no parsing beyond the end of a request. Answers every POST with its
// own body. What any HTTP server on this machine can at most reach over loopback.
// Usage: echo_server PORT
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace {

int listen_on(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 1024) != 0)
    std::abort();
  return listener;
}

void watch(int epoll, int descriptor) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

/// The length of the request at the start of `bytes`; 0 while it is incomplete.
std::size_t request_size(std::string_view bytes, std::string_view& body) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return 0;
  std::size_t length = 0;
  const std::size_t at = bytes.find("Content-Length: ");
  if (at < head_end) std::from_chars(bytes.data() + at + 16, bytes.data() + head_end, length);
  if (bytes.size() < head_end + 4 + length) return 0;
  body = bytes.substr(head_end + 4, length);
  return head_end + 4 + length;
}

void answer_all(int descriptor, std::string& input) {
  std::string output;
  std::string_view body;
  while (const std::size_t size = request_size(input, body)) {
    output += "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
    output += std::to_string(body.size());
    output += "\r\n\r\n";
    output += body;
    input.erase(0, size);
  }
  if (!output.empty()) static_cast<void>(::send(descriptor, output.data(), output.size(), 0));
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc == 2 ? std::atoi(argv[1]) : 9100;
  const int listener = listen_on(static_cast<std::uint16_t>(port));
  const int epoll = ::epoll_create1(0);
  watch(epoll, listener);
  std::map<int, std::string> inputs;
  char scratch[65536];
  for (;;) {
    epoll_event events[256];
    const int n = ::epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < n; ++i) {
      const int descriptor = events[i].data.fd;
      if (descriptor == listener) {
        watch(epoll, ::accept(listener, nullptr, nullptr));
        continue;
      }
      const ssize_t size = ::recv(descriptor, scratch, sizeof scratch, 0);
      if (size <= 0) {
        inputs.erase(descriptor);
        ::close(descriptor);
        continue;
      }
      std::string& input = inputs[descriptor];
      input.append(scratch, static_cast<std::size_t>(size));
      answer_all(descriptor, input);
    }
  }
}
