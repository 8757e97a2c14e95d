"""gen/openapi.yaml: drafted by protoc-gen-connect-openapi, finished with what only our own options and comments say."""
