// Internal to the gateway: a Beast body that gathers octets in a string without trusting the announced length.
//
// Beast's own string_body reserves the whole Content-Length at once; here an announced gigabyte costs nothing before
// its bytes arrive. Included only by files that use Beast.
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <string>

namespace signalbox::gateway {

struct CollectBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(boost::beast::http::header<isRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>& length, boost::beast::error_code& ec) {
      constexpr std::uint64_t kTrusted = 64 * 1024;
      if (length) body_.reserve(static_cast<std::size_t>(std::min(*length, kTrusted)));
      ec = {};
    }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::beast::error_code& ec) {
      std::size_t total = 0;
      for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers);
           ++it) {
        boost::asio::const_buffer piece = *it;
        body_.append(static_cast<const char*>(piece.data()), piece.size());
        total += piece.size();
      }
      ec = {};
      return total;
    }
    void finish(boost::beast::error_code& ec) { ec = {}; }

   private:
    value_type& body_;
  };
};

}  // namespace signalbox::gateway
