// Maps addresses to the files of the site, as its pages name them: /x/ is /x/index.html. An address
// that names no file and lacks the final slash is sent to the one with it. Runs at CloudFront.
function handler(event) {
  var request = event.request;
  var uri = request.uri;
  if (uri.endsWith('/')) {
    request.uri = uri + 'index.html';
    return request;
  }
  if (uri.slice(uri.lastIndexOf('/') + 1).indexOf('.') !== -1) {
    return request;
  }
  // Two slashes at the head would be another site's address.
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: uri.replace(/^\/+/, '/') + '/' } },
  };
}
