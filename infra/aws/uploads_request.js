// Before the buckets that files are sent to: a form goes to a bucket's root, where it takes one, and
// anything else that is posted to the page that tells what a form has to be. Whoever comes otherwise, as
// by a link of that page, is led to the site. Runs at CloudFront.
function handler(event) {
  var request = event.request;
  var kind = request.headers['content-type'];
  if (request.method !== 'POST') {
    return leading(302, 'Found', 'SITE_ADDRESS' + request.uri);
  }
  if (!kind || !/^multipart\/form-data\b/i.test(kind.value)) {
    return leading(303, 'See Other', '/REFUSED_PAGE');
  }
  request.uri = '/';
  return request;
}
function leading(status, words, where) {
  return {
    statusCode: status,
    statusDescription: words,
    headers: { location: { value: where } },
  };
}
