//! How a contract's cases become tests.

/// Makes a test of each case, over the subject that `$start` gives.
macro_rules! contract_over {
    ($start:path; $($file:ident::$case:ident,)*) => {
        $(
            #[tokio::test]
            async fn $case() {
                let subject = $start().await;
                super::$file::$case(&subject).await;
            }
        )*
    };
}
