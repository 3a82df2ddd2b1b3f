// SPDX-License-Identifier: MIT
#include "topology.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "failure.hpp"

namespace dummycache::remote {

namespace {

/// One row of CLUSTER SLOTS: the slots from first to last, and the nodes that have them, the primary first.
struct Row {
    std::uint16_t first;
    std::uint16_t last;
    std::vector<Endpoint> nodes;
};

std::optional<Endpoint> endpoint_of(const redisReply& reply, const Endpoint& asked) {
    const auto items = items_of(reply);
    if (items.size() < 2 || items[1]->type != REDIS_REPLY_INTEGER) return std::nullopt;
    const long long port = items[1]->integer;
    if (port <= 0 || port > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
    const std::string_view host = text_of(*items[0]);
    return Endpoint{host_or(host == "?" ? "" : host, asked), static_cast<std::uint16_t>(port)};
}

std::optional<Row> row_of(const redisReply& reply, const Endpoint& asked) {
    const auto items = items_of(reply);
    if (items.size() < 3 || items[0]->type != REDIS_REPLY_INTEGER || items[1]->type != REDIS_REPLY_INTEGER)
        return std::nullopt;
    const long long first = items[0]->integer;
    const long long last = items[1]->integer;
    if (first < 0 || last >= kSlots || first > last) return std::nullopt;
    Row row{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last), {}};
    for (const redisReply* node : items.subspan(2)) {
        if (const auto endpoint = endpoint_of(*node, asked)) row.nodes.push_back(*endpoint);
    }
    if (row.nodes.empty()) return std::nullopt;
    return row;
}

}  // namespace

Topology::Topology(const Address& address, const RemoteOptions& options)
    : login_(address.login),
      options_(options),
      first_(std::make_shared<Node>(address.endpoint, address.login, options.idle_connections)) {
    nodes_.emplace(address.endpoint, first_);
    auto connection = first_->take(deadline_in(options.connect_timeout));
    const Reply reply = connection->call({"CLUSTER", "SLOTS"}, deadline_in(options.command_timeout));
    if (text_of(*reply).starts_with("NOAUTH")) throw_refused("connect", address.text(), *reply);
    // A single server refuses CLUSTER SLOTS. So does a server whose user may not ask; it counts as single until it
    // redirects.
    if (reply->type == REDIS_REPLY_ARRAY) is_cluster_ = adopt(*reply, address.endpoint);
    first_->give_back(std::move(connection));
}

std::shared_ptr<Node> Topology::node_of(std::uint16_t slot) const {
    if (!is_cluster()) return first_;
    const std::lock_guard guard(mutex_);
    return slots_[slot];
}

std::shared_ptr<Node> Topology::node_at(const Endpoint& endpoint) {
    const std::lock_guard guard(mutex_);
    return node_at_locked(endpoint);
}

std::shared_ptr<Node> Topology::node_at_locked(const Endpoint& endpoint) {
    auto& node = nodes_[endpoint];
    if (node == nullptr) node = std::make_shared<Node>(endpoint, login_, options_.idle_connections);
    return node;
}

std::vector<std::shared_ptr<Node>> Topology::primaries() const {
    if (!is_cluster()) return {first_};
    const std::lock_guard guard(mutex_);
    std::set<std::shared_ptr<Node>> found(slots_.begin(), slots_.end());
    found.erase(nullptr);
    return {found.begin(), found.end()};
}

void Topology::move(std::uint16_t slot, const Endpoint& endpoint) {
    const std::lock_guard guard(mutex_);
    // Until there is a map, all other slots go to the first server, which redirects.
    if (!is_cluster()) slots_.fill(first_);
    slots_[slot] = node_at_locked(endpoint);
    is_cluster_ = true;
}

std::vector<std::shared_ptr<Node>> Topology::nodes_to_ask(const Node* suspect) const {
    const std::lock_guard guard(mutex_);
    std::vector<std::shared_ptr<Node>> nodes;
    for (const auto& [endpoint, node] : nodes_) nodes.push_back(node);
    std::stable_partition(nodes.begin(), nodes.end(),
                          [&](const auto& node) { return node.get() != suspect; });
    return nodes;
}

void Topology::refresh(Deadline deadline, const Node* suspect) {
    for (const auto& node : nodes_to_ask(suspect)) {
        if (ask(*node, std::min(deadline, deadline_in(options_.connect_timeout)))) return;
        if (is_over(deadline)) return;
    }
}

bool Topology::ask(Node& node, Deadline deadline) {
    try {
        auto connection = node.take(deadline);
        const Reply reply = connection->call({"CLUSTER", "SLOTS"}, deadline);
        const bool adopted = adopt(*reply, node.endpoint());
        node.give_back(std::move(connection));
        return adopted;
    } catch (const Broken&) {
    } catch (const Error&) {
    }
    return false;  // The next node may have a map.
}

bool Topology::adopt(const redisReply& reply, const Endpoint& asked) {
    std::vector<Row> rows;
    for (const redisReply* item : items_of(reply)) {
        if (auto row = row_of(*item, asked)) rows.push_back(*std::move(row));
    }
    if (rows.empty()) return false;
    const std::lock_guard guard(mutex_);
    std::map<Endpoint, std::shared_ptr<Node>> named{{first_->endpoint(), first_}};
    slots_.fill(nullptr);
    for (const Row& row : rows) {
        for (const Endpoint& endpoint : row.nodes) named.emplace(endpoint, node_at_locked(endpoint));
        std::fill(slots_.begin() + row.first, slots_.begin() + row.last + 1, named.at(row.nodes.front()));
    }
    nodes_ = std::move(named);  // Nodes that left the cluster are dropped.
    return true;
}

}  // namespace dummycache::remote
