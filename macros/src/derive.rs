//! To come.
pub(crate) fn derive(_: syn::DeriveInput) -> proc_macro2::TokenStream {
    proc_macro2::TokenStream::new()
}
