// Pictures by URL: what is fetched, what takes its place, and what is left alone.
#include "gateway/remote_images.h"

#include "gateway/remote_images_fixture.h"

namespace signalbox::gateway {
namespace {

using testing::answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kPng;
using testing::kPngBase64;
using ::testing::Not;
using testing::RemoteImagesTest;

TEST_F(RemoteImagesTest, PictureTakesThePlaceOfItsUrl) {
  start(config(from_peer()));
  serve(answer(kPng));
  const auto run = judge(body_of({url("/a%20b.png?sig=1&x=%2F")}));
  EXPECT_FALSE(run->reply);
  EXPECT_EQ(run->exchange->request->body(), body_of({"data:image/png;base64," + std::string(kPngBase64)}));
  EXPECT_THAT(reader_.seen(), ElementsAre("image/png " + std::string(kPngBase64)));
  EXPECT_EQ(reason(*run), "none");
  EXPECT_EQ(decision(*run), "-");
  EXPECT_EQ(fetches("fetched"), 1);
  EXPECT_EQ(metric("signalbox_remote_image_fetch_seconds_count"), 1);
}

TEST_F(RemoteImagesTest, NothingOfTheClientGoesToTheServer) {
  start(config(from_peer()));
  serve(answer(kPng));
  judge(body_of({url("/a%20b.png?sig=1&x=%2F")}));
  EXPECT_EQ(heard_, "GET /a%20b.png?sig=1&x=%2F HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer_.port()) +
                        "\r\naccept: image/*\r\naccept-encoding: identity\r\nuser-agent: signalbox\r\n\r\n");
}

TEST_F(RemoteImagesTest, OneUrlInSeveralPlacesIsFetchedOnce) {
  start(config(from_peer()));
  serve(answer(kPng));
  const std::string upper = "HTTP://127.0.0.1:" + std::to_string(peer_.port()) + "/a";
  const auto run = judge(body_of({url("/a"), upper, url("/a")}));
  const std::string data = "data:image/png;base64," + std::string(kPngBase64);
  EXPECT_EQ(run->exchange->request->body(), body_of({data, data, data}));
  EXPECT_EQ(fetches("fetched"), 1);
}

TEST_F(RemoteImagesTest, BodyOfAnyFormKeepsWhatIsAroundTheUrl) {
  start(config(from_peer()));
  serve(answer(kPng));
  const std::string escaped = R"("http:\/\/127.0.0.1:)" + std::to_string(peer_.port()) + R"(\/\u0061")";
  const std::string head = R"( {"model" : "auto", "x":1.0, "messages":[{"role":"user","content":[ {"type":"input_image",
  "image_url" : )";
  const std::string tail = R"(  , "detail":"low"}]}], "temperature":1e0})";
  const auto run = judge(head + escaped + tail);
  EXPECT_THAT(heard_, HasSubstr("GET /a HTTP/1.1\r\n"));
  EXPECT_EQ(run->exchange->request->body(), head + "\"data:image/png;base64," + std::string(kPngBase64) + "\"" + tail);
}

TEST_F(RemoteImagesTest, MediaTypeIsTheServersOrElseTheBytes) {
  struct Case {
    std::string headers, media_type;
  };
  for (const Case& one : {Case{"", "image/png"}, Case{"Content-Type: application/octet-stream\r\n", "image/png"},
                          Case{"Content-Type: Image/JPEG; q=\"1\"\r\n", "image/jpeg"}}) {
    start(config(from_peer()));
    serve(answer(kPng, one.headers));
    const auto run = begin(body_of({url("/a")}));
    EXPECT_TRUE(run->done.wait());
    EXPECT_EQ(run->exchange->evidence.images.at(0).media_type, one.media_type) << one.headers;
    over_.fire();
    server_.join();
  }
}

TEST_F(RemoteImagesTest, LargeRequestIsReadOnThePoolAndItsPictureFetchedAllTheSame) {
  start(config(from_peer()));
  serve(answer(kPng));
  const std::string text(Judging::kLargeBody, 'x');
  const auto run = judge(body_of({url("/a")}, text));
  EXPECT_EQ(run->exchange->request->body(), body_of({"data:image/png;base64," + std::string(kPngBase64)}, text));
  EXPECT_EQ(reason(*run), "none");
}

TEST_F(RemoteImagesTest, OtherServersAreNotAsked) {
  start(config(from_peer()));
  const std::string port = std::to_string(peer_.port()), host = "127.0.0.1:" + port;
  for (const std::string& other :
       {"https://" + host + "/a", std::string("http://127.0.0.1/a"), "http://127.0.0.2:" + port + "/a",
        "http://localhost:" + port + "/a", "http://me@" + host + "/a", "http://" + host + "@evil.test/a",
        "http://" + host + ".evil.test/a", "http://" + host + "/a#b", "http://2130706433:" + port + "/a",
        "http://[::ffff:127.0.0.1]:" + port + "/a", url("/" + std::string(9000, 'a'))}) {
    const auto run = judge(body_of({other}));
    EXPECT_FALSE(run->reply) << other;
    EXPECT_EQ(run->exchange->remote_images, nullptr) << other;
    EXPECT_EQ(reason(*run), "remote_url") << other;
    EXPECT_EQ(decision(*run), "not_fetched") << other;
    EXPECT_EQ(run->exchange->request->body(), body_of({other}));
  }
  EXPECT_EQ(connections(), 0);
}

TEST_F(RemoteImagesTest, PicturesOverTheirNumberStayUnjudged) {
  start(config(from_peer("timeout: 50s, max_images: 1")));
  serve(answer(kPng));
  const auto run = judge(body_of({url("/a"), url("/b"), url("/a")}));
  EXPECT_EQ(reason(*run, 0), "none");
  EXPECT_EQ(reason(*run, 1), "remote_url");
  EXPECT_EQ(reason(*run, 2), "none");
  EXPECT_EQ(decision(*run), "not_fetched");
  EXPECT_THAT(std::string(run->exchange->request->body()), HasSubstr("\"" + url("/b") + "\""));
}

TEST_F(RemoteImagesTest, NothingIsFetchedForAModelThatDoesNotExist) {
  start(config(from_peer()));
  const auto run = judge(body_of({url("/a")}, "see", "nobody"));
  EXPECT_EQ(run->exchange->remote_images, nullptr);
  EXPECT_EQ(connections(), 0);
}

TEST_F(RemoteImagesTest, NothingIsFetchedWhereNoDecisionLooksAtPictures) {
  start("global: {router: {remote_images: {" + from_peer("timeout: 5s") + "}}}\n" + R"(
providers: {defaults: {default_model: m}, models: [{name: m, backend_refs: [{endpoint: "127.0.0.1:9"}]}]}
routing:
  modelCards: [{name: m}]
  signals: {keywords: [{name: word, operator: OR, keywords: [passport]}]}
  decisions: [{name: passport, rules: {type: keyword, name: word}, modelRefs: [{model: m}]}]
)");
  const auto run = judge(body_of({url("/a")}));
  EXPECT_EQ(run->exchange->remote_images, nullptr);
  EXPECT_EQ(reason(*run), "remote_url");
  EXPECT_EQ(connections(), 0);
}

TEST_F(RemoteImagesTest, WithoutTheKeyNothingIsFetched) {
  start(std::string(kPolicy));
  const auto run = judge(body_of({url("/a")}));
  EXPECT_EQ(run->exchange->remote_images, nullptr);
  EXPECT_EQ(decision(*run), "not_fetched");
  EXPECT_THAT(metrics_.text(), Not(HasSubstr("backend=\"remote_images\"")));
}

}  // namespace
}  // namespace signalbox::gateway
