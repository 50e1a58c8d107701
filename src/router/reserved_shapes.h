// Keys of VSR's schema below sections that this build does not act upon, in the shape language of config/describe.h:
// typos in them are errors all the same. An open block (*) that may hold credentials is secret as a whole.
// A section leaves this file when it gets a struct of its own.
#pragma once

#include <string_view>

namespace signalbox::router::shapes {

inline constexpr std::string_view kModelSelection =
    "method enabled "
    "router_dc{temperature dimension_size min_similarity use_query_contrastive use_model_contrastive "
    "require_descriptions use_capabilities} "
    "automix{verification_threshold max_escalations cost_aware_routing cost_quality_tradeoff discount_factor "
    "use_logprob_verification} "
    "hybrid{experience_weight router_dc_weight automix_weight cost_weight quality_gap_threshold normalize_scores} "
    "momentum{enabled attack release threshold} "
    "ml{models_path embedding_dim knn{k pretrained_path} kmeans{num_clusters efficiency_weight pretrained_path} "
    "svm{kernel gamma pretrained_path} mlp{device pretrained_path}}";

inline constexpr std::string_view kLearning =
    "enabled adaptation{enabled candidate_set strategy} "
    "protection{enabled scope identity{headers{session conversation}} "
    "tuning{idle_timeout_seconds min_turns_before_switch switch_margin stability_weight}} "
    "state_store{backend ttl_seconds timeout_ms redis{address password! database key_prefix}}";

inline constexpr std::string_view kBatchApi =
    "batch_classification{max_batch_size concurrency_threshold max_concurrency "
    "metrics{sample_rate batch_size_ranges[]{min max label} duration_buckets size_buckets enabled "
    "detailed_goroutine_tracking high_resolution_timing}}";

inline constexpr std::string_view kResponseApi =
    "enabled store_backend ttl_seconds max_responses "
    "redis{address password! db key_prefix cluster_mode cluster_addresses pool_size min_idle_conns max_retries "
    "dial_timeout read_timeout write_timeout tls_enabled tls_cert_path tls_key_path tls_ca_path config_path}";

inline constexpr std::string_view kRouterReplay =
    "enabled store_backend ttl_seconds async_writes "
    "redis{address db password! use_tls tls_skip_verify max_retries pool_size key_prefix} "
    "postgres{host port database user password! ssl_mode max_open_conns max_idle_conns conn_max_lifetime table_name} "
    "milvus{address username password! collection_name consistency_level shard_num} "
    "qdrant{host port api_key! use_tls collection_name}";

inline constexpr std::string_view kStores =
    "response_cache{enabled backend_type similarity_threshold max_entries ttl_seconds eviction_policy embedding_model "
    "use_hnsw hnsw_m hnsw_ef_construction hnsw_ef_search redis!{*} valkey!{*} qdrant!{*} "
    "milvus{connection{host port database timeout auth{enabled username password!} "
    "tls{enabled cert_file key_file ca_file}} "
    "collection{name description vector_field{name dimension metric_type} index{type params{M efConstruction}}} "
    "search{params{ef} topk consistency_level} "
    "performance{connection_pool{max_connections max_idle_connections acquire_timeout} batch{insert_batch_size "
    "timeout}} "
    "data_management{ttl{enabled timestamp_field cleanup_interval} compaction{enabled interval}} "
    "logging{level enable_query_log enable_metrics} "
    "development{drop_collection_on_startup auto_create_collection verbose_errors}} "
    "} "
    "semantic_cache!{*} "
    "memory{enabled backend auto_store disabled_routes disabled_models "
    "valkey{host port database password! timeout collection_prefix index_name dimension metric_type index_m "
    "index_ef_construction tls_enabled tls_ca_path tls_insecure_skip_verify} "
    "milvus{address collection dimension num_partitions} "
    "qdrant{host port api_key! use_tls connect_timeout collection dimension} "
    "redis_cache{enabled address ttl_seconds db key_prefix password!} embedding_model extraction_batch_size "
    "default_retrieval_limit default_similarity_threshold hybrid_search hybrid_mode adaptive_threshold "
    "quality_scoring{initial_strength_days prune_threshold max_memories_per_user} "
    "reflection{enabled algorithm max_inject_tokens recency_decay_days dedup_threshold block_patterns}} "
    "vector_store{enabled backend_type file_storage_dir max_file_size_mb embedding_model embedding_dimension "
    "ingestion_workers ingestion_drain_timeout_seconds supported_formats  "
    "milvus{connection{host port database timeout auth{enabled username password!} "
    "tls{enabled cert_file key_file ca_file}} "
    "collection{name description vector_field{name dimension metric_type} index{type params{M efConstruction}}} "
    "search{params{ef} topk consistency_level} "
    "performance{connection_pool{max_connections max_idle_connections acquire_timeout} batch{insert_batch_size "
    "timeout}} "
    "data_management{ttl{enabled timestamp_field cleanup_interval} compaction{enabled interval}} "
    "logging{level enable_query_log enable_metrics} "
    "development{drop_collection_on_startup auto_create_collection verbose_errors}} "
    "memory{max_entries_per_store} "
    "llama_stack{endpoint auth_token! embedding_model request_timeout_seconds search_type} "
    "valkey{host port database password! connect_timeout collection_prefix metric_type index_m index_ef_construction} "
    "qdrant{host port api_key! use_tls connect_timeout collection_prefix} metadata_store "
    "metadata_postgres{host port database user password! ssl_mode max_open_conns max_idle_conns conn_max_lifetime "
    "table_name}}";

inline constexpr std::string_view kIntegrations =
    "tools{enabled top_k similarity_threshold tools_db_path fallback_to_empty "
    "advanced_filtering{enabled retrieval_strategy candidate_pool_size min_lexical_overlap min_combined_score "
    "weights{embed lexical tag name category} use_category_filter category_confidence_threshold allow_tools "
    "block_tools hybrid_history{history_horizon min_history_steps history_confidence_threshold weight_semantic "
    "weight_history_transition weight_decision_prior repetition_penalty_strength}}} "
    "looper{endpoint grpc_max_msg_size_mb max_response_bytes_mb timeout_seconds retry_count headers<> "
    "remom{model_names} fusion{model_names} "
    "flow{model_names state{store_backend ttl_seconds file{directory} "
    "redis{address db password! use_tls tls_skip_verify max_retries pool_size key_prefix}}}}";

inline constexpr std::string_view kExternalModels =
    "[]{name llm_provider model_role llm_endpoint{address port protocol name use_chat_template "
    "prompt_template} llm_model_name llm_timeout_seconds parser_type threshold access_key! max_tokens "
    "temperature}";

inline constexpr std::string_view kPromptCompression =
    "enabled profile max_tokens min_length skip_signals textrank_weight position_weight tfidf_weight "
    "novelty_weight position_depth preserve_first_n preserve_last_n";

inline constexpr std::string_view kMcpClassifier =
    "enabled transport_type command args env<> url tool_name threshold timeout_seconds";
inline constexpr std::string_view kPiiClassifier =
    "enabled model_ref model_id threshold use_cpu use_mmbert_32k pii_mapping_path";

inline constexpr std::string_view kHallucinationDetector =
    "backend endpoint include_explanation model_ref model_id threshold use_cpu min_span_length min_span_confidence "
    "context_window_size enable_nli_filtering nli_entailment_threshold";
inline constexpr std::string_view kHallucinationExplainer = "model_ref model_id threshold use_cpu";

}  // namespace signalbox::router::shapes
