//! Methods of the standard library and of tensors, by name: a method of another name may be the user's own, or a slip of the pen.
//!
//! Input: tokens. Output: whether they call a method that nobody knows. Invariant: what is said of such a call waits for rustc's word: see
//! [`crate::diagnostics::Sink::say_late`].

use proc_macro2::TokenStream;

/// Of iterators, slices, `Vec`, `Option`, `Result`; what the table of operations has is not repeated here.
const METHODS: &str = "\
    iter iter_mut into_iter next next_back last nth nth_back step_by chain zip map filter filter_map enumerate peekable skip_while take_while map_while skip take \
    scan flat_map flatten fuse inspect by_ref collect partition fold try_fold reduce all any find find_map position rposition max min max_by max_by_key min_by \
    min_by_key rev unzip copied cloned cycle sum product cmp partial_cmp eq ne lt le gt ge count for_each try_for_each rfold rfind size_hint is_sorted array_chunks \
    map_windows intersperse len is_empty first last first_mut last_mut get get_mut split_first split_last split_at split_at_mut swap reverse windows chunks \
    chunks_mut chunks_exact chunks_exact_mut rchunks split splitn concat join contains starts_with ends_with binary_search sort sort_by sort_by_key sort_unstable \
    sort_unstable_by fill rotate_left rotate_right copy_from_slice clone_from_slice copy_within to_vec into_vec push pop insert remove swap_remove truncate resize \
    extend extend_from_slice append drain retain dedup clear split_off as_slice as_mut_slice as_ref as_mut as_deref as_deref_mut unwrap expect unwrap_or \
    unwrap_or_else unwrap_or_default map_or map_or_else ok_or ok_or_else and and_then or or_else xor take replace insert get_or_insert get_or_insert_with is_some \
    is_none is_ok is_err is_some_and is_ok_and ok err map_err unwrap_err clone to_owned into from borrow borrow_mut deref detach abs floor ceil round trunc signum \
    fract to_string to_radians to_degrees is_nan is_finite rem_euclid div_euclid total_cmp mul_add sin_cos retain_mut dedup_by dedup_by_key splice resize_with \
    fill_with swap_with_slice clone_from update set lock write read with call";

/// Whether a method is called whose name nobody knows.
pub(super) fn calls_unknown(tokens: &TokenStream) -> bool {
    crate::tokens::calls_method(tokens, &|method| {
        let name = method.to_string();
        !METHODS.split_whitespace().any(|m| m == name) && !crate::ops::takes(&name) && (0..4).all(|n| crate::ops::find(&name, n).is_none())
    })
}
